using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Requirements;

/// <summary>The grammar of requirements (dependency specifiers specification), read in one pass.</summary>
internal ref struct RequirementReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

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
        var start = _position;
        while (char.IsAsciiLetterOrDigit(Peek()) || (_position > start && Peek() is '-' or '_' or '.'))
            _position++;
        while (_position > start && _text[_position - 1] is '-' or '.')
            _position--;
        return _text[start.._position];
    }

    private ImmutableArray<ExtraName>? ReadExtras()
    {
        if (Peek() != '[')
            return [];
        var open = _position++;
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
            if (_position == _text.Length)
            {
                _position = open;
                return FailExtras("the closing bracket is missing");
            }
            if (Peek() != ',')
                return FailExtras("a comma or a closing bracket is expected here");
            _position++;
            SkipBlanks();
            if (Peek() == ']')
                return FailExtras("an extra's name is expected after the comma");
        }
        _position++;
        return extras.DrainToImmutable();
    }

    private ImmutableArray<ExtraName>? FailExtras(string problem)
    {
        Fail(problem);
        return null;
    }

    private string? ReadUrl()
    {
        _position++;
        SkipBlanks();
        var start = _position;
        while (_position < _text.Length && _text[_position] is not (' ' or '\t'))
            _position++;
        if (_position > start)
            return _text[start.._position].ToString();
        Fail("a URL is expected after `@`");
        return null;
    }

    private SpecifierSet? ReadSpecifiers()
    {
        var open = _position;
        var isParenthesized = Peek() == '(';
        if (isParenthesized)
        {
            _position++;
            SkipBlanks();
        }
        var clauses = ImmutableArray.CreateBuilder<Specifier>();
        while (SpecifierReader.OperatorAt(_text, _position) is not null)
        {
            if (ReadClause() is not { } clause)
                return null;
            clauses.Add(clause);
            SkipBlanks();
            if (Peek() != ',')
                break;
            _position++;
            SkipBlanks();
        }
        if (isParenthesized && Peek() != ')')
        {
            if (_position == _text.Length)
                _position = open;
            Fail(_position == open ? "the closing parenthesis is missing" : "a comma or `)` is expected here");
            return null;
        }
        if (isParenthesized)
            _position++;
        return clauses.Count == 0 ? null : new SpecifierSet(clauses.DrainToImmutable());
    }

    private Specifier? ReadClause()
    {
        var start = _position;
        if (!SpecifierReader.TryRead(_text, ref _position, out var clause, out var problem))
        {
            Fail($"`{PythonText.Printable(_text[start..])}` does not start with a version specifier: {problem}");
            return null;
        }
        if (!_text[_position..].StartsWith(".*", StringComparison.Ordinal))
            return clause;
        Fail(SpecifierReader.DescribeRest(_text, _position, clause));
        return null;
    }

    private bool TryReadMarker(bool hasUrl, SpecifierSet? specifiers, out Marker marker)
    {
        marker = Marker.True;
        if (_position == _text.Length)
            return true;
        if (Peek() != ';')
        {
            var expected =
                hasUrl ? "`;` or the end is expected after the URL"
                : specifiers is null ? "a version specifier, `@`, `;` or the end is expected here"
                : "a comma, `;` or the end is expected here";
            return Fail(expected);
        }
        if (hasUrl && _text[_position - 1] is not (' ' or '\t'))
            return Fail("a blank is expected between a URL and `;`");
        _position++;
        if (Marker.TryParse(_text[_position..], out marker, out var error))
            return true;
        // The marker's own span counts from its start.
        _position += error.Span?.Start ?? 0;
        return Fail(error.Message);
    }

    private bool Fail(string problem)
    {
        Error = new Diagnostic(
            "invalid-requirement",
            $"`{PythonText.Printable(_text)}` is not a requirement: {problem}"
        )
        {
            Span = new SourceSpan(_text.ToString(), _position, _position < _text.Length ? 1 : 0),
        };
        return false;
    }

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            _position++;
    }

    private readonly char Peek() => _position < _text.Length ? _text[_position] : '\0';
}
