using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Shims;

/// <summary>`krait shims install DIR` and `krait shims remove DIR`: links by which scripts find Krait under the names of older tools.</summary>
internal static class ShimCommands
{
    private static readonly Option Force = new("force", OptionKind.Flag, "Replace other programs of these names");

    public static Command Install { get; } =
        new("shims install", "Make links named pip, pip-compile, pip-sync and so on that start Krait")
        {
            Positional = new Positional("DIR", IsRequired: true, IsRepeatable: false),
            Options = () => [Force],
            UsesSettings = false,
            RunAsync = (context, arguments, _) => Task.FromResult(RunInstall(context, arguments)),
        };

    public static Command Remove { get; } =
        new("shims remove", "Remove the links that `krait shims install` made")
        {
            Positional = new Positional("DIR", IsRequired: true, IsRepeatable: false),
            Options = () => [],
            UsesSettings = false,
            RunAsync = (context, arguments, _) => Task.FromResult(RunRemove(context, arguments)),
        };

    private static int RunInstall(KraitContext context, ParsedArguments arguments)
    {
        var path = Path.GetFullPath(arguments.Positionals[0], context.WorkingFolder);
        FolderTree.Create(path);
        var program =
            Environment.ProcessPath
            ?? throw new KraitException(new Diagnostic("no-program", "cannot find out where krait is"));
        using var folder = DirectoryHandle.Open(path);
        // All or none: a name that is taken is found before the first link is made.
        foreach (var name in ShimNames.All)
        {
            if (!arguments.IsOn(Force) && IsOther(folder, name, program))
            {
                throw new UsageException(
                    $"`{Path.Join(path, name)}` is another program",
                    "Choose another directory, or replace it with `--force`"
                );
            }
        }

        foreach (var name in ShimNames.All)
        {
            _ = folder.TryRemove(name);
            if (folder.TryCreateSymbolicLink(program, name) is not FileError.None and var error)
                throw new FileSystemException("create", Path.Join(path, name), error);
            context.Terminal.WriteResult(Path.Join(path, name));
        }

        var folders = context.Variables.GetValueOrDefault("PATH", "").Split(Path.PathSeparator);
        if (!folders.Contains(path, StringComparer.Ordinal))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("not-on-path", $"`{path}` is not on PATH")
                {
                    Hints = [$"Put it first: `export PATH=\"{path}:$PATH\"`"],
                }
            );
        }

        return ExitCodes.Done;
    }

    private static int RunRemove(KraitContext context, ParsedArguments arguments)
    {
        var path = Path.GetFullPath(arguments.Positionals[0], context.WorkingFolder);
        if (!FolderTree.IsFolder(path))
            throw new UsageException($"there is no directory `{path}`", "Name the directory with the links");
        var program = Environment.ProcessPath ?? "";
        using var folder = DirectoryHandle.Open(path);
        foreach (var name in ShimNames.All)
        {
            if (folder.TryStatus(name, out _) != FileError.None || IsOther(folder, name, program))
                continue;
            _ = folder.TryRemove(name);
            context.Terminal.WriteResult(Path.Join(path, name));
        }

        return ExitCodes.Done;
    }

    /// <summary>Whether a name is taken by something that is not a link to a program called krait.</summary>
    private static bool IsOther(DirectoryHandle folder, string name, string program)
    {
        if (folder.TryStatus(name, out _) != FileError.None)
            return false;
        var target = SymbolicLinks.Read(Path.Join(folder.Path, name));
        return target is null
            || !string.Equals(Path.GetFileName(target), Path.GetFileName(program), StringComparison.Ordinal);
    }
}
