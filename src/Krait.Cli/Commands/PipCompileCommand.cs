using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Arguments;
using Krait.Cli.Rendering;
using Krait.Environments.Interpreters;
using Krait.Installer.Wheels;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Files;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Sources;
using Krait.Projects.Targets;
using Krait.Resolver.Forking;
using Krait.Resolver.Python;

namespace Krait.Cli.Commands;

/// <summary>`krait pip compile`.</summary>
internal static class PipCompileCommand
{
    public static Command Command { get; } =
        new("pip compile", "Pin everything that files ask for, and all that it requires")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: true),
            Options = () => CompileOptions.All,
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        CompileConfiguration.Apply(context, arguments);
        var files = SourceFiles(context, arguments);
        var output = OutputFile(context, arguments, files);
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var sources = ResolveArguments.Sources(arguments, [], files);
        var inputs = await WorkbenchFactory.ReadInputsAsync(context, client, sources, cancellationToken);
        var indexes = WorkbenchFactory.CreateIndexes(context, arguments, inputs.Options);
        client.Warm(indexes.All, inputs.Roots.Select(root => root.Requirement.Name));
        var interpreter = await FindInterpreterAsync(context, arguments, cache, cancellationToken);
        var request = CreateRequest(context, arguments, inputs, interpreter, output);
        using var store = new WheelStore(cache);
        var display = new ProgressDisplay(context.Terminal, !arguments.IsOn(GlobalOptions.NoProgress));
        var bench = WorkbenchFactory.Create(context, cache, client, indexes, store, display);
        var outcome = await new CompileOperation(bench).RunAsync(request, cancellationToken);
        context.Terminal.Detail($"{client.Counters}");
        if (outcome is CompileOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return 1;
        }
        return Write(
            context,
            arguments,
            Format(context, arguments, (CompileOutcome.Done)outcome, request, indexes, output),
            output
        );
    }

    /// <summary>The files of the command line; without any, the first usual one that is there.</summary>
    private static ImmutableArray<string> SourceFiles(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.Positionals.Count > 0)
            return [.. arguments.Positionals];
        if (arguments.Values(PipOptions.Group).Count > 0)
            return [];
        string[] usual = ["requirements.in", "pyproject.toml", "setup.cfg"];
        var found = usual.FirstOrDefault(name =>
            FileStatus.TryRead(Path.Join(context.WorkingFolder, name), followLinks: true, out _) == Errno.None
        );
        return found is null
            ? throw new UsageException(
                "there is nothing to compile",
                "Name a file, for instance `requirements.in` or `pyproject.toml`"
            )
            : [found];
    }

    private static string? OutputFile(KraitContext context, ParsedArguments arguments, ImmutableArray<string> files)
    {
        if (arguments.Value(CompileOptions.OutputFile) is not { } output || output is "-")
            return null;
        var path = Path.GetFullPath(output, context.WorkingFolder);
        if (
            files.Any(file =>
                string.Equals(Path.GetFullPath(file, context.WorkingFolder), path, StringComparison.Ordinal)
            )
        )
        {
            throw new UsageException(
                $"`{output}` is an input, and would be overwritten",
                "Name another file with `-o FILE`"
            );
        }
        return path;
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
        Interpreter interpreter,
        string? output
    )
    {
        var (earlier, file) =
            output is not null && PlainFile.TryRead(output, out var text) == Errno.None ? (text, output) : ("", "");
        return new CompileRequest(inputs, Target(arguments, inputs, interpreter, EarlierPins.ReadForks(earlier, file)))
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Earlier = EarlierPins.Read(earlier, file, context.Variables),
            KeepsExtras = arguments.Switch(CompileOptions.StripExtras) is false,
            KeepsMarkers = arguments.Switch(CompileOptions.StripMarkers) is false,
            GeneratesHashes = arguments.IsOn(CompileOptions.GenerateHashes),
            NamesIndexes = arguments.IsOn(CompileOptions.EmitIndexAnnotation),
            Omitted = [.. arguments.Values(CompileOptions.NoEmitPackage).Select(InspectionOptions.ParseName)],
        };
    }

    private static ResolutionTarget Target(
        ParsedArguments arguments,
        RequirementSet inputs,
        Interpreter interpreter,
        ImmutableArray<Marker> earlierForks
    )
    {
        var version = arguments.Value(PipOptions.PythonVersion);
        var platform = arguments.Value(PipOptions.PythonPlatform);
        var machine = MachineTarget.Create(interpreter, version, platform);
        if (!arguments.IsOn(CompileOptions.Universal))
            return new ResolutionTarget.Specific(machine.Markers, machine.Tags, machine.Python);
        if (platform is not null)
        {
            throw new UsageException(
                "`--universal` is for all platforms, and `--python-platform` for one",
                "Choose one of them"
            );
        }
        return new ResolutionTarget.Universal(RequiresPython(inputs, interpreter, version))
        {
            Environments = inputs.Settings.Environments,
            RequiredEnvironments = inputs.Settings.RequiredEnvironments,
            EarlierForks = arguments.IsOn(PipOptions.Upgrade) ? [] : earlierForks,
            Strategy = arguments.Value(PipOptions.ForkStrategy) is "fewest"
                ? ForkStrategy.Fewest
                : ForkStrategy.RequiresPython,
        };
    }

    /// <summary>From the command line, else the project, else the interpreter: that version and all later ones.</summary>
    private static SpecifierSet RequiresPython(RequirementSet inputs, Interpreter interpreter, string? version) =>
        version is not null
            ? SpecifierSet.Parse($">={version}")
            : inputs.RequiresPython ?? SpecifierSet.Parse($">={interpreter.Major}.{interpreter.Minor}");

    private static string Format(
        KraitContext context,
        ParsedArguments arguments,
        CompileOutcome.Done outcome,
        CompileRequest request,
        IndexSettings indexes,
        string? output
    )
    {
        var command = arguments.Value(CompileOptions.CustomCommand) ?? CompileOptions.CommandLine(arguments);
        var isLock =
            arguments.Value(CompileOptions.Format) is "pylock.toml"
            || (output is not null && Pylock.IsFileName(Path.GetFileName(output)));
        if (isLock)
        {
            var python = (request.Target as ResolutionTarget.Universal)?.RequiresPython;
            var header = arguments.IsOn(CompileOptions.NoHeader)
                ? Enumerable.Empty<string>()
                : ["This file was autogenerated by krait via the following command:", $"   {command}"];
            return PylockBuilder.Build(outcome, python).Write(header);
        }
        var layout = new RequirementsLayout
        {
            HeaderCommand = arguments.IsOn(CompileOptions.NoHeader) ? null : command,
            Annotates = !arguments.IsOn(CompileOptions.NoAnnotate),
            AnnotatesInLine = arguments.Value(CompileOptions.AnnotationStyle) is "line",
            OptionLines = OptionLines(arguments, indexes),
        };
        return RequirementsWriter.Write(outcome.Lines, layout);
    }

    private static ImmutableArray<string> OptionLines(ParsedArguments arguments, IndexSettings indexes)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (arguments.IsOn(CompileOptions.EmitIndexUrl))
        {
            if (indexes.Indexes.FirstOrDefault(index => index.IsDefault) is { } main)
                lines.Add($"--index-url {main.Url}");
            foreach (var extra in indexes.Indexes.Where(index => !index.IsDefault))
                lines.Add($"--extra-index-url {extra.Url}");
        }
        if (arguments.IsOn(CompileOptions.EmitFindLinks))
            lines.AddRange(arguments.Values(PipOptions.FindLinks).Select(links => $"--find-links {links}"));
        if (arguments.IsOn(CompileOptions.EmitBuildOptions))
        {
            lines.AddRange(arguments.Values(PipOptions.NoBinary).Select(value => $"--no-binary {value}"));
            lines.AddRange(arguments.Values(PipOptions.OnlyBinary).Select(value => $"--only-binary {value}"));
        }
        return lines.ToImmutable();
    }

    /// <summary>Writes the result, or with `--check` only says whether it is what the file holds already.</summary>
    private static int Write(KraitContext context, ParsedArguments arguments, string text, string? output)
    {
        if (output is null || arguments.IsOn(PipOptions.DryRun))
        {
            context.Terminal.WriteRaw(text);
            return 0;
        }
        var isThere = PlainFile.TryRead(output, out var existing) == Errno.None;
        var isSame = isThere && string.Equals(existing, text, StringComparison.Ordinal);
        if (arguments.IsOn(CompileOptions.Check))
        {
            if (isSame)
                return 0;
            throw new KraitException(
                new Diagnostic(
                    "outdated",
                    $"`{arguments.Value(CompileOptions.OutputFile)}` is not what its inputs compile to now"
                )
                {
                    Hints = ["Compile it again without `--check`"],
                }
            );
        }
        // Waiting for the disk is worth it where an earlier file would be lost.
        if (!isSame)
            AtomicFile.Write(output, Encoding.UTF8.GetBytes(text), durable: isThere);
        return 0;
    }
}
