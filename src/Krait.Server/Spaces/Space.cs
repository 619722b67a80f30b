using Krait.Packaging.Names;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>A set of projects: uploaded here, or those of an upstream.</summary>
internal abstract class Space(IProjectStore projects)
{
    /// <summary>Its name, which is part of addresses and paths.</summary>
    public string Name => Projects.Space;

    /// <summary>Whether what is in it was uploaded here, so that nobody else may answer for its names.</summary>
    public abstract bool IsPrivate { get; }

    /// <summary>Its projects as they are stored.</summary>
    public IProjectStore Projects { get; } = projects;

    /// <summary>What it has of a project.</summary>
    /// <exception cref="Packaging.Text.KraitException">That cannot be found out.</exception>
    public abstract Task<SpacePage> GetPageAsync(PackageName project, CancellationToken cancellationToken);

    /// <summary>What is here of a project; nobody else is asked. Null where nothing is known of it.</summary>
    /// <exception cref="Packaging.Text.KraitException">The store cannot be read.</exception>
    public abstract Task<SpacePage?> FindKnownPageAsync(PackageName project, CancellationToken cancellationToken);

    /// <summary>The core metadata of a file on a page, if it is here; nobody else is asked.</summary>
    /// <exception cref="Packaging.Text.KraitException">The store cannot be read.</exception>
    public abstract Task<byte[]?> FindKnownMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    );

    /// <summary>The content of a file on a page; null if it does not exist.</summary>
    /// <exception cref="Packaging.Text.KraitException">It cannot be read or fetched.</exception>
    public abstract Task<FileContent?> OpenFileAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    );

    /// <summary>The core metadata of a file on a page; null if there is none.</summary>
    /// <exception cref="Packaging.Text.KraitException">It cannot be read or fetched.</exception>
    public abstract Task<byte[]?> GetMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    );
}
