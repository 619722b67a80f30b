using System.Collections.Immutable;
using Krait.Archives.Bundles;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Bundles;
using Krait.Projects.Operations;
using Krait.Projects.Resolving;

namespace Krait.Cli.Commands.Bundles;

/// <summary>`krait bundle pack`: one file with all that a lock file installs.</summary>
internal static class BundlePackCommand
{
    private const string UsualOutput = "bundle.zip";

    private static readonly Option Output = new("output-file", OptionKind.Value, "Write the bundle to this file")
    {
        Short = 'o',
        Aliases = ["output"],
        Default = UsualOutput,
        Content = OptionContent.Path,
        ValueName = "FILE",
    };
    private static readonly Option Pythons = PipOptions.PythonVersion with
    {
        Kind = OptionKind.Values,
        Help = "Pack for this version of Python; may be repeated",
    };
    private static readonly Option Platforms = PipOptions.PythonPlatform with
    {
        Kind = OptionKind.Values,
        Help = "Pack for this platform; may be repeated",
    };

    /// <summary>What is packed for where nothing is named: this machine.</summary>
    private static readonly string?[] Usual = [null];

    public static Command Command { get; } =
        new("bundle pack", "Pack everything a lock file installs into one file, to install without a network")
        {
            Positional = new Positional("LOCK", IsRequired: false, IsRepeatable: false),
            Options = () =>
                [
                    Output,
                    Pythons,
                    Platforms,
                    PipOptions.Extra,
                    PipOptions.AllExtras,
                    PipOptions.Group,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    SelectionOptions.ExcludeNewer,
                    .. PipOptions.Binaries,
                    PipOptions.Python,
                    PipOptions.System,
                    PipOptions.ProgressBar,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var output = Path.GetFullPath(arguments.Value(Output) ?? UsualOutput, context.WorkingFolder);
        if (FolderTree.IsFolder(output))
            throw new UsageException($"`{output}` is a directory", "Name a file with `--output-file FILE`");
        var file = FindLock(context, arguments.Positionals.Count > 0 ? arguments.Positionals[0] : ".");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (interpreter, environment) = await run.FindBuildPythonAsync(cancellationToken);
        var text = await run.Loader.ReadAsync(Path.GetFullPath(file, context.WorkingFolder), cancellationToken);
        if (!Pylock.TryParse(text, file, out var pylock, out var errors))
            throw new KraitException(errors[0]) { Kind = FailureKind.UnusableInput };
        var inputs = await run.ReadInputsAsync(ResolveArguments.Sources(arguments, [], []), cancellationToken);
        var resolve = ResolveArguments.Options(context, arguments, inputs);
        var targets = ImmutableArray.CreateBuilder<PackTarget>();
        var indexes = await IndexArguments.CreateAsync(
            context,
            arguments,
            inputs,
            interpreter.Markers,
            cancellationToken
        );
        var bench = run.Bench(indexes, interpreter, new PlainResolveRequest(inputs) { Resolve = resolve }, environment);
        foreach (var python in Each(arguments, Pythons))
        {
            foreach (var platform in Each(arguments, Platforms))
            {
                var machine = TargetArguments.Create(context, interpreter, python, platform);
                var locked = await LockArguments.ReadAsync(
                    context,
                    arguments,
                    run.Loader,
                    [file],
                    (machine, bench.Builds),
                    cancellationToken
                );
                targets.Add(new PackTarget(machine, locked.Wheels));
            }
        }

        var manifest = await new PackOperation(bench).RunAsync(
            new PackRequest(pylock, targets.ToImmutable(), output) { Resolve = resolve },
            cancellationToken
        );
        run.Display.Stop();
        context.Terminal.WriteResult($"Packed {BundleText.Of(manifest)} into {arguments.Value(Output) ?? UsualOutput}");
        return ExitCodes.Done;
    }

    private static string?[] Each(ParsedArguments arguments, Option option) =>
        arguments.Values(option) is { Count: > 0 } values ? [.. values.Distinct(StringComparer.Ordinal)] : Usual;

    /// <summary>The lock file that is named, or that of the project in a directory.</summary>
    private static string FindLock(KraitContext context, string named)
    {
        var path = Path.GetFullPath(named, context.WorkingFolder);
        if (!FolderTree.IsFolder(path))
        {
            return Pylock.IsFileName(Path.GetFileName(path))
                ? named
                : throw new UsageException(
                    $"`{named}` is not a lock file: those are named `pylock.toml` or `pylock.NAME.toml`",
                    $"Lock it first: `krait pip compile {named} -o pylock.toml`"
                );
        }

        var file = named is "." ? BundleFile.LockName : Path.Join(named, BundleFile.LockName);
        if (
            FileStatus.TryRead(Path.GetFullPath(file, context.WorkingFolder), followLinks: true, out _)
            == FileError.None
        )
        {
            return file;
        }

        throw new UsageException(
            $"there is no `{BundleFile.LockName}` in `{named}`",
            "Run `krait lock` in a project, or `krait pip compile FILE -o pylock.toml`"
        );
    }
}
