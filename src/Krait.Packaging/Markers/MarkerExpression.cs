using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Markers;

/// <summary>
/// A marker as it is written (dependency specifiers specification): the syntax, for evaluating it to the letter. For combining,
/// comparing and printing markers there is <see cref="Marker"/>.
/// </summary>
public abstract record MarkerExpression
{
    private MarkerExpression() { }

    /// <summary>Parses a marker.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out MarkerExpression? expression,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var reader = new MarkerReader(text, 0);
        expression = reader.ReadAll();
        error = expression is null ? reader.Describe() : null;
        return expression is not null;
    }

    /// <summary>How many comparisons the marker has.</summary>
    public int CountComparisons() =>
        this switch
        {
            Or or => or.Alternatives.Sum(e => e.CountComparisons()),
            And and => and.Conditions.Sum(e => e.CountComparisons()),
            _ => 1,
        };

    /// <summary>How many of its comparisons ask whether an extra or group of a lock file is chosen.</summary>
    public int CountChoices() =>
        this switch
        {
            Or or => or.Alternatives.Sum(e => e.CountChoices()),
            And and => and.Conditions.Sum(e => e.CountChoices()),
            Comparison { Right.Key: { } key } when key.IsSet() => 1,
            _ => 0,
        };

    /// <summary>Whether the marker holds.</summary>
    public abstract bool Evaluate(MarkerEvaluator evaluator);

    /// <summary>Several conditions of which one must hold.</summary>
    public sealed record Or(ImmutableArray<MarkerExpression> Alternatives) : MarkerExpression
    {
        /// <inheritdoc/>
        public override bool Evaluate(MarkerEvaluator evaluator) => Alternatives.Any(e => e.Evaluate(evaluator));
    }

    /// <summary>Several conditions that must all hold.</summary>
    public sealed record And(ImmutableArray<MarkerExpression> Conditions) : MarkerExpression
    {
        /// <inheritdoc/>
        public override bool Evaluate(MarkerEvaluator evaluator) => Conditions.All(e => e.Evaluate(evaluator));
    }

    /// <summary>One comparison of two operands, each a variable or a text.</summary>
    public sealed record Comparison(MarkerOperand Left, MarkerOperator Operator, MarkerOperand Right) : MarkerExpression
    {
        /// <inheritdoc/>
        public override bool Evaluate(MarkerEvaluator evaluator) => evaluator.Compare(this);
    }
}

/// <summary>One side of a comparison: a variable, or a quoted text.</summary>
/// <param name="Key">The variable; null for a text.</param>
/// <param name="Text">The text, or the variable's name.</param>
public readonly record struct MarkerOperand(MarkerKey? Key, string Text);
