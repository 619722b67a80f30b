using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Versions;

/// <summary>The grammar of one clause of a version specifier, shared by specifiers and requirements.</summary>
internal static class SpecifierReader
{
    /// <summary>
    /// Reads the longest clause at <paramref name="position"/> and moves past it; on failure the position is where reading
    /// stopped.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<char> text,
        ref int position,
        [NotNullWhen(true)] out Specifier? specifier,
        out string? problem
    )
    {
        specifier = null;
        if (OperatorAt(text, position) is not var (specifierOperator, length))
        {
            problem = "an operator is missing (one of `==`, `!=`, `~=`, `<`, `<=`, `>`, `>=`, `===`)";
            return false;
        }

        position = PythonText.SkipSpace(text, position + length);
        if (specifierOperator is SpecifierOperator.Arbitrary)
        {
            specifier = ReadArbitrary(text, ref position);
            problem = null;
            return true;
        }

        var draft = new VersionDraft(stackalloc ulong[8]);
        var start = position;
        if (!VersionReader.TryRead(text, ref position, ref draft))
        {
            problem = draft.Problem;
            return false;
        }

        problem = Adjust(text, ref position, ref specifierOperator, ref draft);
        if (problem is not null)
            return false;
        var version = Version.FromDraft(ref draft);
        specifier = Make(specifierOperator, version, text[start..position]);
        return true;
    }

    /// <summary>The operator that stands at a place, and its length.</summary>
    public static (SpecifierOperator Operator, int Length)? OperatorAt(ReadOnlySpan<char> text, int position)
    {
        var first = position < text.Length ? text[position] : '\0';
        var second = position + 1 < text.Length ? text[position + 1] : '\0';
        var third = position + 2 < text.Length ? text[position + 2] : '\0';
        return (first, second) switch
        {
            ('=', '=') when third == '=' => (SpecifierOperator.Arbitrary, 3),
            ('=', '=') => (SpecifierOperator.Equal, 2),
            ('!', '=') => (SpecifierOperator.NotEqual, 2),
            ('~', '=') => (SpecifierOperator.Compatible, 2),
            ('<', '=') => (SpecifierOperator.LessEqual, 2),
            ('>', '=') => (SpecifierOperator.GreaterEqual, 2),
            ('<', _) => (SpecifierOperator.Less, 1),
            ('>', _) => (SpecifierOperator.Greater, 1),
            _ => null,
        };
    }

    /// <summary>Why what follows a clause cannot follow it.</summary>
    public static string DescribeRest(ReadOnlySpan<char> text, int position, Specifier specifier)
    {
        if (text[position..].StartsWith(".*", StringComparison.Ordinal))
        {
            return specifier.Operator is SpecifierOperator.Equal or SpecifierOperator.NotEqual
                ? "`.*` can only follow the numbers of a release"
                : "`.*` can only be used with `==` and `!=`";
        }

        return $"`{PythonText.Printable(text.Slice(position, 1))}` cannot follow";
    }

    public static Diagnostic Describe(
        ReadOnlySpan<char> clause,
        ReadOnlySpan<char> whole,
        int position,
        string? problem
    ) =>
        new("invalid-specifier", $"`{PythonText.Printable(clause)}` is not a version specifier: {problem}")
        {
            Span = new SourceSpan(whole.ToString(), position, position < whole.Length ? 1 : 0),
        };

    private static Specifier ReadArbitrary(ReadOnlySpan<char> text, ref int position)
    {
        var start = position;
        while (
            position < text.Length && text[position] is not (',' or ';' or ')') && !PythonText.IsSpace(text[position])
        )
        {
            position++;
        }

        var written = text[start..position];
        var known = Version.TryParse(written, out var version) ? version : null;
        return new Specifier(SpecifierOperator.Arbitrary, known, written.ToString());
    }

    /// <summary>Reads a `.*`, and says what the operator does not allow; a local label that it does not allow is left unread.</summary>
    private static string? Adjust(
        ReadOnlySpan<char> text,
        ref int position,
        ref SpecifierOperator specifierOperator,
        scoped ref VersionDraft draft
    )
    {
        if (specifierOperator is SpecifierOperator.Equal or SpecifierOperator.NotEqual)
        {
            var isReleaseOnly = draft is { Pre: null, Post: null, Dev: null } && draft.Local.IsEmpty;
            if (isReleaseOnly && text[position..].StartsWith(".*", StringComparison.Ordinal))
            {
                position += 2;
                specifierOperator =
                    specifierOperator is SpecifierOperator.Equal
                        ? SpecifierOperator.EqualStar
                        : SpecifierOperator.NotEqualStar;
            }

            return null;
        }

        if (!draft.Local.IsEmpty)
        {
            position -= draft.Local.Length + 1;
            return "a local label (after `+`) can only be used with `==` and `!=`";
        }

        return specifierOperator is SpecifierOperator.Compatible && draft.Release.Length < 2
            ? "`~=` needs a version of at least two numbers"
            : null;
    }

    private static Specifier Make(SpecifierOperator specifierOperator, Version version, ReadOnlySpan<char> written)
    {
        var normalized = version.ToString();
        var compared = specifierOperator.IsStar() ? written[..^2] : written;
        return new Specifier(
            specifierOperator,
            version,
            compared.SequenceEqual(normalized) ? null : written.ToString()
        );
    }
}
