using System.Text;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;

namespace Krait.Conformance;

/// <summary>A requirement as Python's `packaging` writes it: names and extras as given, clauses sorted, markers with double quotes.</summary>
internal static class RequirementText
{
    public static string Of(StatedRequirement stated)
    {
        var written = stated.Text.AsSpan().Trim();
        var end = 0;
        while (end < written.Length && (char.IsAsciiLetterOrDigit(written[end]) || written[end] is '-' or '_' or '.'))
            end++;
        var requirement = stated.Requirement;
        var text = new StringBuilder().Append(written[..end]);
        if (!requirement.Extras.IsEmpty)
        {
            var inside = written[(written.IndexOf('[') + 1)..written.IndexOf(']')].ToString();
            text.Append('[')
                .AppendJoin(',', inside.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal))
                .Append(']');
        }

        if (requirement.Url is not null)
            text.Append(" @ ").Append(requirement.Url);
        else if (requirement.Specifiers is { } specifiers)
            text.AppendJoin(',', specifiers.Clauses.Select(clause => clause.ToString()).Order(StringComparer.Ordinal));
        if (
            requirement.HasMarker
            && MarkerExpression.TryParse(written[(written.IndexOf(';') + 1)..], out var marker, out _)
        )
        {
            text.Append(requirement.Url is null ? "; " : " ; ").Append(Of(marker, isInner: false));
        }

        return text.ToString();
    }

    private static string Of(MarkerExpression marker, bool isInner) =>
        marker switch
        {
            MarkerExpression.Or any when isInner => $"({Of(any, isInner: false)})",
            MarkerExpression.Or any => string.Join(" or ", any.Alternatives.Select(part => Of(part, isInner: false))),
            MarkerExpression.And all => string.Join(" and ", all.Conditions.Select(part => Of(part, isInner: true))),
            MarkerExpression.Comparison comparison =>
                $"{Of(comparison.Left)} {SymbolOf(comparison.Operator)} {Of(comparison.Right)}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static string Of(MarkerOperand operand) => operand.Key is null ? $"\"{operand.Text}\"" : operand.Text;

    private static string SymbolOf(MarkerOperator comparison) =>
        comparison switch
        {
            MarkerOperator.Equal => "==",
            MarkerOperator.NotEqual => "!=",
            MarkerOperator.Less => "<",
            MarkerOperator.LessEqual => "<=",
            MarkerOperator.Greater => ">",
            MarkerOperator.GreaterEqual => ">=",
            MarkerOperator.Compatible => "~=",
            MarkerOperator.In => "in",
            MarkerOperator.NotIn => "not in",
            _ => "===",
        };
}
