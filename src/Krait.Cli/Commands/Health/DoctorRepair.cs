using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Health.Doctor;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Health;

/// <summary>Puts right what an examination found: leftovers, the environment's own files, packages, missing dependencies, in this order.</summary>
internal sealed class DoctorRepair(KraitContext context, ParsedArguments arguments, CommandRun run)
{
    /// <summary>Repairs what can be repaired; what fails is reported and left for the next examination to find again.</summary>
    public async Task RunAsync(DoctorReport report, PythonEnvironment? environment, CancellationToken cancellationToken)
    {
        foreach (var damage in report.Damages.Where(damage => damage.Repair == DamageRepair.Remove))
            RemoveLeftover(report.Root, damage.Path!); // leftovers have a path
        foreach (var damage in report.Damages.Where(damage => damage.Repair == DamageRepair.Executable))
            Attempt(() => MakeExecutable(damage.Path!)); // programs have a path
        if (report.Damages.Any(damage => damage.Repair == DamageRepair.Environment))
        {
            environment = await EnvironmentRebuild.RunAsync(
                context,
                run.Cache,
                report.Root,
                ExistingFolder.Keep,
                python: null,
                cancellationToken
            );
            // The packages of an environment that did not work were not examined.
            report = Examination.Run(environment, cancellationToken);
        }

        if (environment is null)
            return;
        await ReinstallAsync(report, environment, cancellationToken);
        await InstallMissingAsync(environment, cancellationToken);
    }

    private static void RemoveLeftover(string root, string path)
    {
        if (path.StartsWith(root + "/", StringComparison.Ordinal) && Path.GetDirectoryName(path) is { } parent)
        {
            using var folder = DirectoryHandle.Open(parent);
            FolderTree.Remove(folder, Path.GetFileName(path));
        }
    }

    private static void MakeExecutable(string path)
    {
        const uint Executable = 0b111_101_101;
        using var file = PlainFile.OpenHandle(path);
        if (DirectoryFiles.TrySetMode(file, Executable) is not FileError.None and var error)
            throw new FileSystemException("make executable", path, error);
    }

    /// <summary>Installs damaged packages again, each by itself where they cannot be installed together.</summary>
    private async Task ReinstallAsync(
        DoctorReport report,
        PythonEnvironment environment,
        CancellationToken cancellationToken
    )
    {
        var names = report
            .Damages.Where(damage => damage is { Repair: DamageRepair.Reinstall, Package: not null })
            .Select(damage => damage.Package!) // not null, as asked
            .ToHashSet(StringComparer.Ordinal);
        ClearPlaces(report);
        var installed = InstalledDistributions.Read(environment);
        var pins = installed
            .All.Concat(installed.Broken)
            .Where(distribution => !distribution.IsForeign && names.Contains(distribution.Name.Value))
            .GroupBy(distribution => distribution.Name)
            .Select(same => InstalledPin.Of(same.OrderByDescending(one => one.Version).First()))
            .OfType<string>()
            .ToImmutableArray();
        if (pins.IsEmpty)
            return;
        if (pins.Length > 1 && await TryReinstallAsync(environment, pins, isLast: false, cancellationToken))
            return;
        foreach (var pin in pins)
            await TryReinstallAsync(environment, [pin], isLast: true, cancellationToken);
    }

    /// <summary>An empty directory, or a link, in the place of a file would be in the way.</summary>
    private static void ClearPlaces(DoctorReport report)
    {
        foreach (var damage in report.Damages.Where(damage => damage.IsInTheWay))
        {
            var path = damage.Path!; // files have a path
            if (path.StartsWith(report.Root + "/", StringComparison.Ordinal) && FolderTree.Measure(path).Files == 0)
                RemoveLeftover(report.Root, path);
        }
    }

    private async Task<bool> TryReinstallAsync(
        PythonEnvironment environment,
        ImmutableArray<string> pins,
        bool isLast,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var inputs = await run.ReadInputsAsync(new RequirementSources { Packages = pins }, cancellationToken);
            var target = TargetArguments.Create(context, arguments, environment.Interpreter);
            var indexes = await IndexArguments.CreateAsync(
                context,
                arguments,
                inputs,
                target.Markers,
                cancellationToken
            );
            var request = new RepairRequest(environment, inputs, target)
            {
                ReinstallsAll = true,
                Install = InstallArguments.Options(arguments),
            };
            var bench = run.BenchThatLooksFirst(indexes, environment.Interpreter, request);
            await new RepairOperation(bench).RunAsync(request, cancellationToken);
            return true;
        }
        catch (KraitException failure)
        {
            if (isLast)
                DiagnosticRenderer.WriteWarning(context.Terminal, NotRepaired(pins[0], failure.Diagnostic));
            return false;
        }
    }

    /// <summary>Installs the requirements that nothing satisfies, with what they need in turn.</summary>
    private async Task InstallMissingAsync(PythonEnvironment environment, CancellationToken cancellationToken)
    {
        var markers = environment.Interpreter.Markers;
        var graph = InstalledGraph.Read(InstalledDistributions.Read(environment), markers);
        var missing = graph
            .Packages.SelectMany(package => package.Requirements)
            .Where(edge => edge.Target is null)
            .Select(edge => edge.Requirement.WithMarker(Packaging.Markers.Marker.True).ToString())
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        if (missing.IsEmpty)
            return;
        try
        {
            var inputs = await run.ReadInputsAsync(new RequirementSources { Packages = missing }, cancellationToken);
            var target = TargetArguments.Create(context, arguments, environment.Interpreter);
            var indexes = await IndexArguments.CreateAsync(
                context,
                arguments,
                inputs,
                target.Markers,
                cancellationToken
            );
            var request = new InstallRequest(environment, inputs, target)
            {
                MarksRequested = false,
                Install = InstallArguments.Options(arguments),
            };
            var bench = run.Bench(indexes, environment.Interpreter, request);
            await new InstallOperation(bench).RunAsync(request, cancellationToken);
        }
        catch (KraitException failure)
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                NotRepaired(string.Join(", ", missing), failure.Diagnostic)
            );
        }
    }

    private void Attempt(Action repair)
    {
        try
        {
            repair();
        }
        catch (KraitException failure)
        {
            DiagnosticRenderer.WriteWarning(context.Terminal, failure.Diagnostic);
        }
    }

    private static Diagnostic NotRepaired(string what, Diagnostic cause) =>
        new("not-repaired", $"could not install `{what}` again") { Cause = cause };
}
