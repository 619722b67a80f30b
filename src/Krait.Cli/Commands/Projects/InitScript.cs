using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Editing;
using Krait.Projects.Scaffolding;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait init --script FILE`.</summary>
internal static class InitScript
{
    /// <summary>Creates a script, or gives one that is there metadata.</summary>
    public static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals.FirstOrDefault() is not { } given)
            throw new UsageException("`krait init --script` needs the path of the script");
        var path = Path.GetFullPath(given, context.WorkingFolder);
        var folder = Path.GetDirectoryName(path) ?? "/";
        var (requiresPython, _) = await InitPython.ChooseAsync(
            context,
            arguments,
            folder,
            workspace: null,
            cancellationToken
        );
        if (FileStatus.Exists(path, followLinks: true))
        {
            var file = TextFile.Read(path, given);
            var script = ScriptEditor.Open(file.Text, given, Scaffold.ScriptToml(requiresPython));
            if (script.HadMetadata)
            {
                throw new KraitException(
                    new Diagnostic("script-exists", $"`{given}` has inline metadata already")
                    {
                        Hints = [$"Add packages with `krait add --script {given} PACKAGE`"],
                    }
                )
                {
                    Kind = FailureKind.UnusableInput,
                };
            }

            file.Write(script.ToText());
        }
        else
        {
            FolderTree.Create(folder);
            var text = arguments.IsOn(InitOptions.Bare)
                ? Scaffold.ScriptBlock(requiresPython)
                : Scaffold.Script(Path.GetFileName(path), requiresPython);
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text), durable: true);
        }

        context.Terminal.Say($"Initialized script at `{given}`");
        return ExitCodes.Done;
    }
}
