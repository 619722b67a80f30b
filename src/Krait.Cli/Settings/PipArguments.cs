using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.RequirementsFiles;

namespace Krait.Cli.Settings;

/// <summary>Reads `--pip-args "…"`: options in one text, which pip-compile and pip-sync hand to pip.</summary>
internal static class PipArguments
{
    /// <summary>Takes the options as if they had been typed last.</summary>
    /// <exception cref="UsageException">The text holds what is no option of the command.</exception>
    public static void Apply(ParsedArguments arguments)
    {
        foreach (var text in arguments.Values(CompileOptions.PipArguments))
            arguments.Absorb(Read(arguments.Command, text));
    }

    /// <summary>Reads the options in one text.</summary>
    /// <exception cref="UsageException">The text holds what is no option of the command.</exception>
    public static ParsedArguments Read(Command command, string text)
    {
        if (!ShellWords.TrySplit(text, out var words))
            throw new UsageException($"a quotation in `--pip-args {text}` is not finished");
        var inner = new ParsedArguments(
            command,
            System.Collections.Immutable.ImmutableDictionary<string, string>.Empty
        );
        var options = command.Options().Concat(GlobalOptions.All).ToList();
        new OptionReader(command, options, inner).Read(words);
        if (inner.Positionals.Count > 0)
            throw new UsageException($"`{inner.Positionals[0]}` in `--pip-args` is not an option");
        return inner;
    }
}
