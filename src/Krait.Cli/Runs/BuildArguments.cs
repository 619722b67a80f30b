using System.Collections.Immutable;
using Krait.Build.Building;
using Krait.Build.Git;
using Krait.Build.Hooks;
using Krait.Build.Isolation;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Building;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Choices = Krait.Cli.Options.BuildOptions;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on builds into what builds are told.</summary>
internal static class BuildArguments
{
    /// <summary>What the user wants of builds.</summary>
    /// <exception cref="KraitException">An option cannot be used (unusable input).</exception>
    public static BuildPolicy Policy(
        ParsedArguments arguments,
        Interpreter interpreter,
        ResolveRequest request,
        PythonEnvironment? environment
    )
    {
        var (refreshesAll, refreshed) = ClientArguments.Refreshed(arguments);
        var inputs = request.Inputs;
        return new BuildPolicy(interpreter)
        {
            Constraints = inputs.BuildConstraints,
            Settings = Settings(inputs.Settings.BuildSettings).Under(Settings(arguments.Values(Choices.Settings))),
            PackageSettings = PackageSettings(arguments, inputs),
            ExtraRequires = inputs.Settings.ExtraBuildRequires,
            ExtraVariables = inputs.Settings.ExtraBuildVariables,
            Shared = environment is null ? null : () => AsItIs(environment),
            ChecksShared = arguments.IsOn(Choices.CheckDependencies),
            SharesAll = arguments.IsOn(Choices.NoIsolation),
            SharedPackages =
            [
                .. NameLists.Split(arguments.Values(Choices.NoIsolationPackage)).Select(NameLists.ParseName),
            ],
            Files = FilePolicies.Apply(request.Resolve.Files, request.Inputs.Options),
            Cutoff = request.Resolve.Cutoff,
            RefreshesAll = refreshesAll && !arguments.IsOn(PipOptions.Upgrade),
            RefreshedPackages = [.. refreshed.Except(ResolveArguments.UpgradedPackages(arguments))],
        };
    }

    private static ConfigSettings Settings(IEnumerable<string> texts) =>
        ConfigSettings.TryParse(texts, out var settings, out var error)
            ? settings
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };

    /// <summary>`PACKAGE:KEY=VALUE`, after what files of settings and requirements files say of the package.</summary>
    private static ImmutableDictionary<PackageName, ConfigSettings> PackageSettings(
        ParsedArguments arguments,
        RequirementSet inputs
    )
    {
        var texts = inputs.Settings.PackageBuildSettings.ToDictionary(pair => pair.Key, pair => pair.Value.ToList());
        foreach (var (name, lines) in inputs.BuildSettings)
            texts[name] = [.. texts.GetValueOrDefault(name, []), .. lines];
        foreach (var text in arguments.Values(Choices.PackageSettings))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new UsageException(
                    $"`{text}` is not a setting for one package",
                    "Write it as `PACKAGE:KEY=VALUE`"
                );
            }

            var package = NameLists.ParseName(text[..colon]);
            texts[package] = [.. texts.GetValueOrDefault(package, []), text[(colon + 1)..]];
        }

        return texts.ToImmutableDictionary(pair => pair.Key, pair => Settings(pair.Value));
    }

    /// <summary>An environment as a place to build in, with what is installed in it now.</summary>
    private static BuildEnvironment AsItIs(PythonEnvironment environment) =>
        new(environment.Executable, environment.Layout.Scripts, environment.IsVirtual ? environment.Root : null)
        {
            Pins =
            [
                .. InstalledDistributions
                    .Read(environment)
                    .All.Select(distribution => $"{distribution.Name}=={distribution.VersionText}")
                    .Order(StringComparer.Ordinal),
            ],
        };

    /// <summary>What holds for all builds of the run.</summary>
    public static Build.Building.BuildOptions Options(
        KraitContext context,
        ParsedArguments arguments,
        Workbench bench,
        IProgress<OperationEvent> display
    ) =>
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
