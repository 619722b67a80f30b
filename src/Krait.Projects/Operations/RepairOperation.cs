using System.Collections.Immutable;
using System.Text;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Changing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>Installs packages again as they are said to be installed: the same versions from the same sources, and nothing else.</summary>
/// <param name="bench">What to work with.</param>
public sealed class RepairOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">A package could not be fetched or the environment not changed; the diagnostic says what state is left.</exception>
    public async Task<InstallOutcome.Done> RunAsync(RepairRequest request, CancellationToken cancellationToken)
    {
        var pins = request.Inputs.Roots;
        var wheels = await new PinnedWheels(bench, request, request.Target).ChooseAsync(pins, cancellationToken);
        using var change = await EnvironmentChange.OpenAsync(bench, request, cancellationToken);
        var known = change.Installed.All.Concat(change.Installed.Broken).ToLookup(one => one.Name);
        foreach (var wheel in wheels)
        {
            foreach (var distribution in known[wheel.Name])
                MakeRemovable(distribution);
        }

        ImmutableArray<Installing.ChosenWheel> marked =
        [
            .. wheels.Select(wheel => wheel with { IsRequested = IsRequested(request, wheel.Name, known[wheel.Name]) }),
        ];
        return await change.ApplyAsync(marked, kept: [], request.RemovesOthers, resolution: null, cancellationToken);
    }

    private static bool IsRequested(
        RepairRequest request,
        PackageName name,
        IEnumerable<InstalledDistribution> installed
    ) => request.Requested?.Contains(name) ?? installed.Any(one => one.IsRequested);

    /// <summary>
    /// What cannot say which files it has could not be replaced: it says from now on that it has those of its description. Its modules are
    /// overwritten by the same ones.
    /// </summary>
    private static void MakeRemovable(InstalledDistribution distribution)
    {
        if (distribution.Kind != InstalledKind.DistInfo)
            return;
        if (RecordFile.TryParse(distribution.ReadRecord(), out var rows, out _, out _) && !rows.IsEmpty)
            return;
        using var folder = DirectoryHandle.Open(distribution.Path);
        var own = folder.List().Select(entry => new RecordEntry($"{distribution.EntryName}/{entry.Name}", null, null));
        var record = new RecordEntry($"{distribution.EntryName}/RECORD", null, null);
        var text = RecordFile.Write(own.Append(record).DistinctBy(row => row.Path, StringComparer.Ordinal));
        AtomicFile.Write(Path.Join(distribution.Path, "RECORD"), Encoding.UTF8.GetBytes(text), durable: false);
    }
}

/// <summary>What is to be installed again.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Inputs">The packages, each pinned to its version or its URL.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record RepairRequest(PythonEnvironment Environment, Inputs.RequirementSet Inputs, MachineTarget Target)
    : ChangeRequest(Environment, Inputs, Target)
{
    /// <summary>Whether everything else is removed, as where an earlier state is restored.</summary>
    public bool RemovesOthers { get; init; }

    /// <summary>What a user asked for by name; null keeps what is noted in the environment.</summary>
    public ImmutableHashSet<PackageName>? Requested { get; init; }
}
