using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Requirements;

/// <summary>Reads requirements of published metadata whose version specifiers older tools let through.</summary>
internal static class RequirementRepair
{
    private static readonly SearchValues<char> SpecifierStarts = SearchValues.Create("(<>=!~'\"");

    /// <summary>Tries repairs of the part between the name and the marker until the requirement can be read.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Requirement? requirement,
        [NotNullWhen(true)] out Diagnostic? warning,
        [NotNullWhen(false)] ref Diagnostic? error
    )
    {
        requirement = null;
        warning = null;
        var original = error;
        var (start, end) = SpecifierPart(text);
        foreach (var (repaired, repairs) in SpecifierRepair.Repair(text[start..end].ToString()))
        {
            // A repair that leaves two meanings is none: the whole text has to be read.
            if (!Requirement.TryParse($"{text[..start]}{repaired}{text[end..]}", out requirement, out _))
                continue;
            warning = new Diagnostic(
                "repaired-requirement",
                $"`{PythonText.Printable(text)}` is not a valid requirement and was read as `{requirement}`: {repairs}"
            );
            error = null;
            return true;
        }

        error =
            original ?? new Diagnostic("invalid-requirement", $"`{PythonText.Printable(text)}` is not a requirement");
        return false;
    }

    /// <summary>From the first character that no name, extra or blank has, to the marker.</summary>
    private static (int Start, int End) SpecifierPart(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(';');
        end = end < 0 ? text.Length : end;
        var bracket = text[..end].LastIndexOf(']');
        var start = text[..end].IndexOfAny(SpecifierStarts);
        start = start < 0 ? end : start;
        return (Math.Min(Math.Max(start, bracket + 1), end), end);
    }
}
