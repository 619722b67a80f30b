using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Packaging.Markers;

/// <summary>
/// The grammar of markers (dependency specifiers specification), read by recursive descent, one pass, at most
/// <see cref="MaximumDepth"/> parentheses deep.
/// </summary>
internal ref struct MarkerReader(ReadOnlySpan<char> text, int position)
{
    private const int MaximumDepth = 128;

    private readonly ReadOnlySpan<char> text = text;
    private int depth;
    private string? problem;

    /// <summary>Where reading has come to.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Reads a marker that ends with the text; null when there is none.</summary>
    public MarkerExpression? ReadAll()
    {
        var expression = ReadOr();
        if (expression is null || Position == text.Length)
            return expression;
        problem = "`and`, `or` or the end is expected here";
        return null;
    }

    /// <summary>What is wrong, after reading failed.</summary>
    public readonly Diagnostic Describe() =>
        new("invalid-marker", $"`{PythonText.Printable(text)}` is not a marker: {problem}")
        {
            Span = new SourceSpan(text.ToString(), Position, Position < text.Length ? 1 : 0),
        };

    private MarkerExpression? ReadOr()
    {
        var alternatives = ImmutableArray.CreateBuilder<MarkerExpression>(1);
        do
        {
            if (ReadAnd() is not { } alternative)
                return null;
            alternatives.Add(alternative);
        } while (TryReadWord("or"));
        return alternatives.Count == 1 ? alternatives[0] : new MarkerExpression.Or(alternatives.DrainToImmutable());
    }

    private MarkerExpression? ReadAnd()
    {
        var conditions = ImmutableArray.CreateBuilder<MarkerExpression>(1);
        do
        {
            if (ReadAtom() is not { } condition)
                return null;
            conditions.Add(condition);
        } while (TryReadWord("and"));
        return conditions.Count == 1 ? conditions[0] : new MarkerExpression.And(conditions.DrainToImmutable());
    }

    private MarkerExpression? ReadAtom()
    {
        SkipBlanks();
        var expression = Peek() == '(' ? ReadParenthesized() : ReadComparison();
        SkipBlanks();
        return expression;
    }

    private MarkerExpression? ReadParenthesized()
    {
        if (++depth > MaximumDepth)
            return Fail($"it is nested deeper than {MaximumDepth} parentheses");
        Position++;
        var expression = ReadOr();
        if (expression is null)
            return null;
        if (Peek() != ')')
            return Fail("a closing parenthesis is missing");
        Position++;
        depth--;
        return expression;
    }

    private MarkerExpression.Comparison? ReadComparison()
    {
        if (!TryReadOperand(out var left))
            return null;
        SkipBlanks();
        if (ReadOperator() is not { } markerOperator)
            return null;
        SkipBlanks();
        return TryReadOperand(out var right) ? new MarkerExpression.Comparison(left, markerOperator, right) : null;
    }

    private bool TryReadOperand(out MarkerOperand operand)
    {
        operand = default;
        if (Peek() is '\'' or '"')
            return TryReadText(out operand);
        var end = Position;
        while (end < text.Length && (IsWordCharacter(text[end]) || text[end] == '.'))
            end++;
        var name = text[Position..end];
        if (MarkerKeys.Find(name) is { } key)
        {
            Position = end;
            operand = new MarkerOperand(key, key.ToName());
            return true;
        }

        problem = name.IsEmpty
            ? "a variable or a quoted text is expected here"
            : $"`{PythonText.Printable(name)}` is not a marker variable";
        return false;
    }

    private bool TryReadText(out MarkerOperand operand)
    {
        operand = default;
        var rest = text[(Position + 1)..];
        var length = rest.IndexOf(text[Position]);
        if (length < 0)
        {
            problem = "the closing quote is missing";
            return false;
        }

        if (!PythonLiteral.TryUnescape(rest[..length], out var value))
        {
            problem = "the quoted text is not a Python string";
            return false;
        }

        Position += length + 2;
        operand = new MarkerOperand(null, value);
        return true;
    }

    private MarkerOperator? ReadOperator()
    {
        if (TryReadWord("in"))
            return MarkerOperator.In;
        if (TryReadWord("not"))
        {
            var hasBlank = Peek() is ' ' or '\t';
            SkipBlanks();
            if (hasBlank && TryReadWord("in"))
                return MarkerOperator.NotIn;
            problem = "`in` is expected after `not`";
            return null;
        }

        var rest = text[Position..];
        for (var candidate = MarkerOperator.Arbitrary; candidate >= MarkerOperator.Equal; candidate--)
        {
            var symbol = candidate.ToSymbol();
            if (!rest.StartsWith(symbol, StringComparison.Ordinal))
                continue;
            Position += symbol.Length;
            return candidate;
        }

        problem = "an operator is expected here (one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `===`, `in`, `not in`)";
        return null;
    }

    /// <summary>Reads a word that other word characters neither precede nor follow.</summary>
    private bool TryReadWord(string word)
    {
        var end = Position + word.Length;
        if (!text[Position..].StartsWith(word, StringComparison.Ordinal))
            return false;
        if (end < text.Length && IsWordCharacter(text[end]))
            return false;
        if (Position > 0 && IsWordCharacter(text[Position - 1]))
            return false;
        Position = end;
        return true;
    }

    private MarkerExpression? Fail(string problem)
    {
        this.problem = problem;
        return null;
    }

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            Position++;
    }

    private readonly char Peek() => Position < text.Length ? text[Position] : '\0';

    private static bool IsWordCharacter(char c) => c == '_' || char.IsLetterOrDigit(c);
}
