using Krait.Build.Building;
using Krait.Build.Git;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Interpreters;
using Krait.Projects.Building;
using Krait.Projects.Resolving;
using Krait.Projects.Work;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on builds into what builds are told.</summary>
internal static class BuildArguments
{
    /// <summary>What the user wants of builds.</summary>
    /// <exception cref="Packaging.Text.KraitException">An option cannot be used (unusable input).</exception>
    public static BuildPolicy Policy(ParsedArguments arguments, Interpreter interpreter, ResolveRequest request)
    {
        var (refreshesAll, refreshed) = ClientArguments.Refreshed(arguments);
        return new BuildPolicy(interpreter)
        {
            Files = FilePolicies.Apply(request.Resolve.Files, request.Inputs.Options),
            Cutoff = request.Resolve.Cutoff,
            RefreshesAll = refreshesAll && !arguments.IsOn(PipOptions.Upgrade),
            RefreshedPackages = [.. refreshed.Except(ResolveArguments.UpgradedPackages(arguments))],
        };
    }

    /// <summary>What holds for all builds of the run.</summary>
    public static BuildOptions Options(KraitContext context, ParsedArguments arguments, Workbench bench, IProgress<OperationEvent> display) =>
        new()
        {
            Variables = context.Variables,
            Width = ClientArguments.Builds(arguments),
            Progress = new Relay(display),
            Waiting = bench.Waiting,
        };

    /// <summary>How repositories are reached.</summary>
    public static GitOptions Git(
        KraitContext context,
        ParsedArguments arguments,
        Workbench bench,
        IProgress<OperationEvent> display
    ) =>
        new()
        {
            Variables = context.Variables,
            IsOffline = arguments.IsOn(GlobalOptions.Offline),
            LockLimit = bench.LockLimit,
            Progress = new Lines(display),
            Waiting = bench.Waiting,
        };

    /// <summary>Hands what builds do on.</summary>
    private sealed class Relay(IProgress<OperationEvent> display) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value) =>
            display.Report(
                value is BuildEvent.Warned warned
                    ? new OperationEvent.Warned(warned.Warning)
                    : new OperationEvent.Building(value)
            );
    }

    /// <summary>Hands on what git says.</summary>
    private sealed class Lines(IProgress<OperationEvent> display) : IProgress<string>
    {
        public void Report(string value) => display.Report(new OperationEvent.Noted(value));
    }
}
