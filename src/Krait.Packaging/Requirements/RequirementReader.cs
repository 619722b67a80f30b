using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Requirements;

/// <summary>The grammar of requirements (dependency specifiers specification), read in one pass.</summary>
internal ref struct RequirementReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int position;

    /// <summary>What is wrong, after reading failed.</summary>
    public Diagnostic? Error { get; private set; }

    /// <summary>Reads the whole text as a requirement; null when it is none.</summary>
    public Requirement? Read()
    {
        SkipBlanks();
        if (ReadName() is not { } name)
            return null;
        SkipBlanks();
        if (ReadExtras() is not { } extras)
            return null;
        SkipBlanks();
        SpecifierSet? specifiers = null;
        string? url = null;
        if (Peek() == '@')
            url = ReadUrl();
        else
            specifiers = ReadSpecifiers();
        if (Error is not null)
            return null;
        SkipBlanks();
        var hasMarker = Peek() == ';';
        if (!TryReadMarker(url is not null, specifiers, out var marker))
            return null;
        return new Requirement(name)
        {
            Extras = extras,
            Specifiers = specifiers is null or { Clauses.IsEmpty: true } ? null : specifiers,
            Url = url,
            Marker = marker,
            HasMarker = hasMarker,
        };
    }

    private PackageName? ReadName()
    {
        var identifier = ReadIdentifier();
        if (identifier.IsEmpty)
        {
            Fail("a package name is expected at the start");
            return null;
        }

        if (PackageName.TryParse(identifier, out var name, out var error))
            return name;
        Fail(error.Message);
        return null;
    }

    /// <summary>A letter or digit, then letters, digits and separators, of which the last is not part of it.</summary>
    private ReadOnlySpan<char> ReadIdentifier()
    {
        var start = position;
        while (char.IsAsciiLetterOrDigit(Peek()) || (position > start && Peek() is '-' or '_' or '.'))
            position++;
        while (position > start && text[position - 1] is '-' or '.')
            position--;
        return text[start..position];
    }

    private ImmutableArray<ExtraName>? ReadExtras()
    {
        if (Peek() != '[')
            return [];
        var open = position++;
        var extras = ImmutableArray.CreateBuilder<ExtraName>();
        var names = new HashSet<ExtraName>();
        SkipBlanks();
        while (Peek() != ']')
        {
            if (!ExtraName.TryParse(ReadIdentifier(), out var extra, out var error))
                return FailExtras(error.Message);
            if (names.Add(extra))
                extras.Add(extra);
            SkipBlanks();
            if (Peek() == ']')
                break;
            if (position == text.Length)
            {
                position = open;
                return FailExtras("the closing bracket is missing");
            }

            if (Peek() != ',')
                return FailExtras("a comma or a closing bracket is expected here");
            position++;
            SkipBlanks();
            if (Peek() == ']')
                return FailExtras("an extra's name is expected after the comma");
        }

        position++;
        return extras.DrainToImmutable();
    }

    private ImmutableArray<ExtraName>? FailExtras(string problem)
    {
        Fail(problem);
        return null;
    }

    private string? ReadUrl()
    {
        position++;
        SkipBlanks();
        var start = position;
        while (position < text.Length && text[position] is not (' ' or '\t'))
            position++;
        if (position > start)
            return text[start..position].ToString();
        Fail("a URL is expected after `@`");
        return null;
    }

    private SpecifierSet? ReadSpecifiers()
    {
        var open = position;
        var isParenthesized = Peek() == '(';
        if (isParenthesized)
        {
            position++;
            SkipBlanks();
        }

        var clauses = ImmutableArray.CreateBuilder<Specifier>();
        while (SpecifierReader.OperatorAt(text, position) is not null)
        {
            if (ReadClause() is not { } clause)
                return null;
            clauses.Add(clause);
            SkipBlanks();
            if (Peek() != ',')
                break;
            position++;
            SkipBlanks();
        }

        if (isParenthesized && Peek() != ')')
        {
            if (position == text.Length)
                position = open;
            Fail(position == open ? "the closing parenthesis is missing" : "a comma or `)` is expected here");
            return null;
        }

        if (isParenthesized)
            position++;
        return clauses.Count == 0 ? null : new SpecifierSet(clauses.DrainToImmutable());
    }

    private Specifier? ReadClause()
    {
        var start = position;
        if (!SpecifierReader.TryRead(text, ref position, out var clause, out var problem))
        {
            Fail($"`{PythonText.Printable(text[start..])}` does not start with a version specifier: {problem}");
            return null;
        }

        if (!text[position..].StartsWith(".*", StringComparison.Ordinal))
            return clause;
        Fail(SpecifierReader.DescribeRest(text, position, clause));
        return null;
    }

    private bool TryReadMarker(bool hasUrl, SpecifierSet? specifiers, out Marker marker)
    {
        marker = Marker.True;
        if (position == text.Length)
            return true;
        if (Peek() != ';')
        {
            var expected =
                hasUrl ? "`;` or the end is expected after the URL"
                : specifiers is null ? "a version specifier, `@`, `;` or the end is expected here"
                : "a comma, `;` or the end is expected here";
            return Fail(expected);
        }

        if (hasUrl && text[position - 1] is not (' ' or '\t'))
            return Fail("a blank is expected between a URL and `;`");
        position++;
        if (Marker.TryParse(text[position..], out marker, out var error))
            return true;
        // The marker's own span counts from its start.
        position += error.Span?.Start ?? 0;
        return Fail(error.Message);
    }

    private bool Fail(string problem)
    {
        Error = new Diagnostic("invalid-requirement", $"`{PythonText.Printable(text)}` is not a requirement: {problem}")
        {
            Span = new SourceSpan(text.ToString(), position, position < text.Length ? 1 : 0),
        };
        return false;
    }

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            position++;
    }

    private readonly char Peek() => position < text.Length ? text[position] : '\0';
}
