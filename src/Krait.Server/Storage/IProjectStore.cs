using Krait.Packaging.Names;

namespace Krait.Server.Storage;

/// <summary>The projects of one namespace, and the order of all changes to them.</summary>
internal interface IProjectStore
{
    /// <summary>The name of the namespace.</summary>
    public string Space { get; }

    /// <summary>The number of the last change that is known here.</summary>
    public long Serial { get; }

    /// <summary>What is known of a project without asking anyone; null where nothing is.</summary>
    public ProjectState? Peek(PackageName project);

    /// <summary>What is known of a project; null where nothing is.</summary>
    /// <exception cref="Krait.Packaging.Text.KraitException">That cannot be found out.</exception>
    public ValueTask<ProjectState?> FindAsync(PackageName project, CancellationToken cancellationToken);

    /// <summary>What is known of a project, past what this process remembers: another one may just have changed it.</summary>
    public ValueTask<ProjectState?> FindNewestAsync(PackageName project, CancellationToken cancellationToken);

    /// <summary>Changes what is known of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="isDurable">Whether to wait until the change would survive a loss of power.</param>
    /// <param name="change">
    /// Makes the new state of the old one; the old one itself changes nothing. It is called again where somebody else was faster.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="Krait.Packaging.Text.KraitException">It cannot be stored; what was known holds.</exception>
    public ValueTask<ProjectState> ChangeAsync(
        PackageName project,
        bool isDurable,
        Func<ProjectState, ValueTask<ProjectState>> change,
        CancellationToken cancellationToken
    );

    /// <summary>Notes that the upstream was asked: no change of the project, and nothing that must survive.</summary>
    public ValueTask<ProjectState> RenewAsync(
        PackageName project,
        Func<ProjectState, ProjectState> renew,
        CancellationToken cancellationToken
    );

    /// <summary>The files that were removed at a time or later, in that order; all that were removed at the same time, or none of them.</summary>
    /// <param name="since">The time.</param>
    /// <param name="most">After how many to stop.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public ValueTask<IReadOnlyList<RemovedFile>> ListRemovedAsync(
        DateTimeOffset since,
        int most,
        CancellationToken cancellationToken
    );

    /// <summary>The names of all projects, in order: the same list until there is another project.</summary>
    public ValueTask<IReadOnlyList<PackageName>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The projects that were changed last, the newest change first: as far back as is known, and no further than so many changes.</summary>
    public ValueTask<IReadOnlyList<PackageName>> ListChangedAsync(int most, CancellationToken cancellationToken);
}
