using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>Reads one requirements file (pip's requirements file format). All its errors are reported at once.</summary>
public static class RequirementsFileParser
{
    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The decoded text.</param>
    /// <param name="source">The file's path or URL, as messages call it.</param>
    /// <param name="isConstraints">Whether its requirements only limit versions.</param>
    /// <param name="variables">What `${NAME}` is looked up in.</param>
    public static (ImmutableArray<RequirementsLine> Lines, ImmutableArray<Diagnostic> Errors) Parse(
        string text,
        string source,
        bool isConstraints,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var lines = ImmutableArray.CreateBuilder<RequirementsLine>();
        var errors = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var line in LogicalLine.ReadAll(text))
        {
            var expanded = VariableExpansion.Expand(line.Text, variables);
            if (expanded.Contains('\0', StringComparison.Ordinal))
            {
                errors.Add(new Diagnostic("not-text", "this is not a text file").In(source, line.Number));
                break;
            }

            if (line.EndsInLooseBackslash)
            {
                errors.Add(LooseBackslash(line, source));
                continue;
            }

            var (requirement, options) = SplitAtOptions(expanded);
            if (!ShellWords.TrySplit(options, out var words))
            {
                errors.Add(Problem(line, source, "unterminated quotation or escape", options));
                continue;
            }

            var reader = LineOptionReader.Read(words);
            if (reader.Problem is { } problem)
                errors.Add(Problem(line, source, problem, options));
            else if (requirement.Length == 0 && reader is { Editable: null, OfRequirement: { } option })
                errors.Add(WithoutRequirement(line, source, option));
            else if (Interpret(line, source, isConstraints, requirement, options, reader) is { } result)
                lines.Add(result);
        }

        return (lines.ToImmutable(), errors.ToImmutable());
    }

    private static Diagnostic LooseBackslash(LogicalLine line, string source) =>
        new Diagnostic("loose-backslash", "trailing characters after the backslash at the end of the line")
        {
            Span = new SourceSpan(line.Text, line.Text.Length - 1, 1),
            Hints = ["Remove the white space or comment after the backslash"],
        }.In(source, line.Number);

    /// <summary>pip passes over such a line with a warning; digests that nothing checks are worse than an error.</summary>
    private static Diagnostic WithoutRequirement(LogicalLine line, string source, string option) =>
        new Diagnostic("option-without-requirement", $"`--{option}` stands alone, without the requirement it is for")
        {
            Hints = [$"Put `--{option}` on the line of its requirement, or end the line above with ` \\`"],
        }.In(source, line.Number);

    private static Diagnostic Problem(LogicalLine line, string source, string message, string options) =>
        new Diagnostic("requirements-file", message)
        {
            Span = new SourceSpan(
                line.Text,
                Math.Max(0, line.Text.IndexOf(options, StringComparison.Ordinal)),
                options.Length
            ),
        }.In(source, line.Number);

    /// <summary>The part before the first word that starts with a dash, and the part from it on.</summary>
    private static (string Requirement, string Options) SplitAtOptions(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '-' && (i == 0 || line[i - 1] == ' '))
                return (line[..Math.Max(0, i - 1)], line[i..]);
        }

        return (line, "");
    }

    /// <summary>What a line says; null when its options cancel each other.</summary>
    private static RequirementsLine? Interpret(
        LogicalLine line,
        string source,
        bool isConstraints,
        string requirement,
        string options,
        LineOptionReader reader
    )
    {
        if (requirement.Length > 0 || reader.Editable is not null)
        {
            var isEditable = requirement.Length == 0;
            return new RequirementsLine.Requested(source, line.Number, isEditable ? reader.Editable! : requirement) // one of both is there
            {
                Verbatim = isEditable ? VerbatimEditable(line.Text) : SplitAtOptions(line.Text).Requirement.Trim(),
                IsEditable = isEditable,
                IsConstraint = isConstraints,
                Rest = isEditable ? MarkerOf(options) ?? string.Join(' ', reader.Rest) : string.Join(' ', reader.Rest),
                Hashes = isEditable ? [] : [.. reader.Hashes],
                ConfigSettings = [.. reader.ConfigSettings],
                GlobalOptions = isEditable ? [] : [.. reader.GlobalOptions],
            };
        }

        if ((reader.Requirements ?? reader.Constraints) is { } target)
            return new RequirementsLine.Included(source, line.Number, target, reader.Requirements is null);
        return reader.Options.IsEmpty
            ? null
            : new RequirementsLine.Configured(source, line.Number, WithVariables(reader.Options, line.Text));
    }

    /// <summary>The options, with locations as they are written before their variables are expanded.</summary>
    private static LineOptions WithVariables(LineOptions options, string line) =>
        line.Contains("${", StringComparison.Ordinal) && ShellWords.TrySplit(line, out var words)
            ? options.WrittenAs(LineOptionReader.Read(words).Options)
            : options;

    /// <summary>The marker behind an editable's path, with its quotes, which splitting into words takes away.</summary>
    private static string? MarkerOf(string options)
    {
        var start = options.IndexOf(" ;", StringComparison.Ordinal);
        return start < 0 ? null : options[(start + 1)..];
    }

    /// <summary>An editable's path before its variables are expanded.</summary>
    private static string VerbatimEditable(string line) =>
        ShellWords.TrySplit(line, out var words) ? LineOptionReader.Read(words).Editable ?? line : line;
}
