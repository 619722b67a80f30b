using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Cli.Settings;
using Krait.Environments.Interpreters;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Tracing;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Targets;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip compile`.</summary>
internal static class PipCompileCommand
{
    public static Command Command { get; } =
        new("pip compile", "Pin requirements and all their dependencies")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: true),
            PipToolsTable = "compile",
            Options = () => CompileOptions.All,
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        PipArguments.Apply(arguments);
        var files = CompileFiles.Find(context, arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var sources = ResolveArguments.Sources(arguments, [], files.Sources);
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        var indexes = IndexArguments.Create(context, arguments, inputs);
        var asked = inputs.Roots.Select(root => root.Requirement.Name).ToList();
        run.Client.Warm(indexes.All, asked);
        run.RequestEarly(indexes, inputs, cancellationToken);
        var interpreter = await FindInterpreterAsync(context, arguments, run.Cache, cancellationToken);
        var machine = TargetArguments.Create(context, arguments, interpreter);
        var request = CreateRequest(context, arguments, inputs, (interpreter, machine), files);
        var system = machine.Markers.SysPlatform;
        indexes = await TorchArguments.ApplyAsync(indexes, context, arguments, system, cancellationToken);
        indexes = IndexArguments.Pin(
            indexes,
            context,
            inputs,
            (request.Target as ResolutionTarget.Specific)?.Environment
        );
        run.Client.Warm(indexes.PlacesOf(asked).Except(indexes.All), asked);
        var bench = run.Bench(indexes, interpreter, request);
        var outcome = await new CompileOperation(bench).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is CompileOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return 1;
        }

        using var span = Tracer.Begin("write pins");
        var done = (CompileOutcome.Done)outcome;
        var text = files.IsLock
            ? FormatLock(context, arguments, done, request, files)
            : Format(context, arguments, done, request, indexes);
        return files.Write(context, arguments, text);
    }

    private static Task<Interpreter> FindInterpreterAsync(
        KraitContext context,
        ParsedArguments arguments,
        Platform.Caching.CacheFolder cache,
        CancellationToken cancellationToken
    )
    {
        // `--python-version` describes a target that need not be installed; any interpreter can describe the machine.
        var request = EnvironmentAccess.Request(arguments.Value(PipOptions.Python));
        return EnvironmentAccess
            .Discovery(context, cache)
            .FindInterpreterAsync(request, includeEnvironments: true, cancellationToken);
    }

    private static CompileRequest CreateRequest(
        KraitContext context,
        ParsedArguments arguments,
        RequirementSet inputs,
        (Interpreter Interpreter, MachineTarget Target) machine,
        CompileFiles files
    )
    {
        var (earlier, file) = (files.Earlier, files.Output ?? "");
        if (files.Output is not null && earlier.Length == 0 && arguments.Values(PipOptions.UpgradePackage).Count > 0)
            WarnOfNoPins(context, files);
        var target = Target(arguments, inputs, machine, EarlierPins.ReadForks(earlier, file));
        return new CompileRequest(inputs, target)
        {
            // Digests in the inputs limit files here; they demand nothing of the other packages.
            Resolve = ResolveArguments.Options(context, arguments, inputs) with
            {
                OneHashDemandsAll = false,
            },
            Earlier = EarlierPins.Read(earlier, file, context.Variables, inputs.Settings.Conflicts),
            EarlierHashes = arguments.IsOn(CompileOptions.ReuseHashes)
                ? EarlierPins.ReadHashes(earlier, file, context.Variables)
                : ImmutableDictionary<(PackageName, Version), ImmutableArray<string>>.Empty,
            KeepsExtras = arguments.Switch(CompileOptions.StripExtras) is false,
            KeepsMarkers = arguments.Switch(CompileOptions.StripMarkers) is false,
            GeneratesHashes = arguments.IsOn(CompileOptions.GenerateHashes),
            IsLock = files.IsLock,
            NamesIndexes = arguments.IsOn(CompileOptions.EmitIndexAnnotation),
            Omitted = Omitted(arguments),
            WorkingFolder = context.WorkingFolder,
            OutputFolder = Path.GetDirectoryName(files.Output),
        };
    }

    private static void WarnOfNoPins(KraitContext context, CompileFiles files) =>
        DiagnosticRenderer.WriteWarning(
            context.Terminal,
            new Diagnostic("no-earlier-pins", $"`{files.Output}` holds no pins: everything is taken at its newest")
        );

    /// <summary>What is pinned and left out. What pip-compile calls unsafe stays in, unless that is asked for.</summary>
    private static ImmutableHashSet<PackageName> Omitted(ParsedArguments arguments)
    {
        string[] usual = ["distribute", "pip", "setuptools"];
        var named = arguments.Values(CompileOptions.UnsafePackage);
        IEnumerable<string> @unsafe = arguments.Switch(CompileOptions.NoAllowUnsafe) switch
        {
            true => named.Count > 0 ? named : usual,
            false => [],
            null => named,
        };
        return [.. arguments.Values(CompileOptions.NoEmitPackage).Concat(@unsafe).Select(NameLists.ParseName)];
    }

    private static ResolutionTarget Target(
        ParsedArguments arguments,
        RequirementSet inputs,
        (Interpreter Interpreter, MachineTarget Target) machine,
        ImmutableArray<Marker> earlierForks
    )
    {
        var version = arguments.Value(PipOptions.PythonVersion);
        var platform = arguments.Value(PipOptions.PythonPlatform);
        if (!arguments.IsOn(CompileOptions.Universal))
        {
            var (markers, tags, python) = machine.Target;
            return new ResolutionTarget.Specific(markers, tags, python);
        }

        if (platform is not null)
        {
            throw new UsageException(
                "`--universal` is for all platforms, and `--python-platform` for one",
                "Choose one of them"
            );
        }

        return new ResolutionTarget.Universal(RequiresPython(inputs, machine.Interpreter, version))
        {
            Environments = inputs.Settings.Environments,
            RequiredEnvironments = inputs.Settings.RequiredEnvironments,
            EarlierForks = arguments.IsOn(PipOptions.Upgrade) ? [] : earlierForks,
            Strategy = arguments.Value(SelectionOptions.ForkStrategy) is "fewest"
                ? ForkStrategy.Fewest
                : ForkStrategy.RequiresPython,
        };
    }

    /// <summary>From the command line, else the project, else the interpreter: that version and all later ones.</summary>
    private static SpecifierSet RequiresPython(RequirementSet inputs, Interpreter interpreter, string? version) =>
        version is not null
            ? SpecifierSet.Parse($">={version}")
            : inputs.RequiresPython ?? SpecifierSet.Parse($">={interpreter.Major}.{interpreter.Minor}");

    private static string FormatLock(
        KraitContext context,
        ParsedArguments arguments,
        CompileOutcome.Done outcome,
        CompileRequest request,
        CompileFiles files
    )
    {
        var python = (request.Target as ResolutionTarget.Universal)?.RequiresPython;
        var header = arguments.IsOn(CompileOptions.NoHeader)
            ? Enumerable.Empty<string>()
            :
            [
                "This file was autogenerated by krait via the following command:",
                $"   {HeaderCommand(context, arguments)}",
            ];
        var folder = Path.GetDirectoryName(files.Output) ?? context.WorkingFolder;
        var place = new LockPlace(folder, context.WorkingFolder, context.Variables);
        return PylockBuilder.Build(outcome, python, place).Write(header);
    }

    /// <summary>What the header tells to type again: the user's own words, where pip-compile's variable or the option gives some.</summary>
    private static string HeaderCommand(KraitContext context, ParsedArguments arguments) =>
        arguments.Value(CompileOptions.CustomCommand)
        ?? (
            context.Variables.GetValueOrDefault("CUSTOM_COMPILE_COMMAND") is { Length: > 0 } custom
                ? custom
                : CompileCommandText.Of(arguments)
        );

    private static string Format(
        KraitContext context,
        ParsedArguments arguments,
        CompileOutcome.Done outcome,
        CompileRequest request,
        IndexSettings indexes
    )
    {
        var layout = new RequirementsLayout
        {
            HeaderCommand = arguments.IsOn(CompileOptions.NoHeader) ? null : HeaderCommand(context, arguments),
            Annotates = !arguments.IsOn(CompileOptions.NoAnnotate),
            AnnotatesInLine = arguments.Value(CompileOptions.AnnotationStyle) is "line",
            OptionLines = CompileOptionLines.Of(arguments, request, indexes),
            FileMarker =
                arguments.IsOn(CompileOptions.EmitMarkerExpression)
                && request.Target is ResolutionTarget.Specific specific
                    ? EnvironmentMarker.Of(specific.Environment).ToText()
                    : null,
        };
        return RequirementsWriter.Write(outcome.Lines, layout);
    }
}
