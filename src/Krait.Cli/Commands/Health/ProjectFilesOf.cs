using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Health;

/// <summary>The files with requirements that a question is about.</summary>
internal static class ProjectFilesOf
{
    private static readonly ImmutableArray<string> Usual = ["requirements.txt", "pyproject.toml", "requirements.in"];

    /// <summary>The files that a command line names; where it names none, the one that is usual and there.</summary>
    /// <exception cref="UsageException">None is named, and none is there.</exception>
    public static ImmutableArray<string> Command(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.Positionals.Count > 0)
            return [.. arguments.Positionals];
        var found = Usual.FirstOrDefault(name =>
            FileStatus.Exists(Path.Join(context.WorkingFolder, name), followLinks: true)
        );
        return found is not null
            ? [found]
            : throw new UsageException(
                "there is no `requirements.txt` or `pyproject.toml` in this directory",
                "Name the file with the requirements"
            );
    }
}
