using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Packaging.Locations;
using Krait.Packaging.Manifests;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Projects;

/// <summary>What `krait run` is to run.</summary>
internal abstract record RunTarget
{
    private RunTarget() { }

    /// <summary>What the program gets.</summary>
    public ImmutableArray<string> Arguments { get; private init; } = [];

    /// <summary>A program by its name or path.</summary>
    internal sealed record Program(string Name) : RunTarget;

    /// <summary>A module (`python -m`).</summary>
    internal sealed record Module(string Name) : RunTarget;

    /// <summary>A script, or a directory or archive with one.</summary>
    /// <param name="Path">Its path as the user gave it; `-` for standard input.</param>
    /// <param name="Text">Its text; null for a directory or an archive.</param>
    internal sealed record Script(string Path, string? Text) : RunTarget
    {
        /// <summary>Whether it has metadata, and with it an environment of its own.</summary>
        public bool HasMetadata =>
            Text is not null
            && ScriptMetadata.Read(Text, Path, out var errors) is var found
            && (found is not null || !errors.IsEmpty);
    }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="KraitException">There is nothing to run, or a file cannot be read (unusable input).</exception>
    public static async Task<RunTarget> ReadAsync(
        KraitContext context,
        ParsedArguments arguments,
        Func<string, CancellationToken, Task<string>> loadAsync,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals is not [var first, .. var rest])
        {
            throw new UsageException(
                "`krait run` needs a command, a script or a task to run",
                "As in `krait run python`"
            );
        }

        var target = await ChooseAsync(context, arguments, first, loadAsync, cancellationToken);
        return target with { Arguments = [.. rest] };
    }

    private static async Task<RunTarget> ChooseAsync(
        KraitContext context,
        ParsedArguments arguments,
        string first,
        Func<string, CancellationToken, Task<string>> loadAsync,
        CancellationToken cancellationToken
    )
    {
        if (arguments.IsOn(RunOptions.Module))
            return new Module(first);
        var location = Location.Of(first);
        if (first is "-" || location.IsRemote)
        {
            if (location.IsRemote && !Confirm(context, first))
                throw new KraitException(new Diagnostic("not-confirmed", $"`{first}` was not run"));
            return new Script(first, await loadAsync(first, cancellationToken));
        }

        var path = Path.GetFullPath(first, context.WorkingFolder);
        var isScript = arguments.IsOn(RunOptions.Script) || arguments.IsOn(RunOptions.GuiScript);
        var kind =
            FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None
                ? status.Kind
                : (FileKind?)null;
        if (isScript || (kind is FileKind.File && Path.GetExtension(path) is ".py" or ".pyw"))
            return new Script(first, ReadScript(path, first));
        var isRunnable =
            (kind is FileKind.Folder && FileStatus.Exists(Path.Join(path, "__main__.py"), followLinks: true))
            || (kind is FileKind.File && Path.GetExtension(path) is ".pyz" or ".zip");
        return isRunnable ? new Script(first, Text: null) : new Program(first);
    }

    private static string ReadScript(string path, string given)
    {
        var error = PlainFile.TryRead(path, out var text);
        if (error == FileError.None)
            return text;
        throw new KraitException(
            error == FileError.NotFound
                ? new Diagnostic("no-file", $"the script `{given}` does not exist")
                : new FileSystemException("read", given, error).Diagnostic
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private static bool Confirm(KraitContext context, string url) =>
        !context.Terminal.IsInteractive || context.Terminal.Ask($"Run the script from {url}?") == true;
}
