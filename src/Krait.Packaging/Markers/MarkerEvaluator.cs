using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// Evaluates comparisons to the letter of the specification: as versions where the variable asks for it and both sides are
/// versions, as text otherwise; of texts, none is less than another.
/// </summary>
/// <param name="environment">The interpreter's facts.</param>
public sealed class MarkerEvaluator(MarkerEnvironment environment)
{
    /// <summary>The value of `extra`: one name, or empty.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The value of `extras`.</summary>
    public IReadOnlyCollection<string> Extras { get; init; } = [];

    /// <summary>The value of `dependency_groups`.</summary>
    public IReadOnlyCollection<string> DependencyGroups { get; init; } = [];

    /// <summary>Whether a comparison holds; one that has no meaning does not.</summary>
    public bool Compare(MarkerExpression.Comparison comparison)
    {
        var (left, markerOperator, right) = comparison;
        if (left.Key is { } leftKey)
        {
            return !leftKey.IsSet()
                && CompareTexts(ValueOf(leftKey), markerOperator, Named(leftKey, right.Text), leftKey);
        }

        if (right.Key is not { } rightKey)
            return false;
        if (!rightKey.IsSet())
            return CompareTexts(Named(rightKey, left.Text), markerOperator, ValueOf(rightKey), rightKey);
        var members = rightKey is MarkerKey.Extras ? Extras : DependencyGroups;
        var isMember = members.Any(member =>
            string.Equals(NameSyntax.Fold(member), NameSyntax.Fold(left.Text), StringComparison.Ordinal)
        );
        return markerOperator switch
        {
            MarkerOperator.In => isMember,
            MarkerOperator.NotIn => !isMember,
            // A text is never equal to a set.
            MarkerOperator.NotEqual => true,
            _ => false,
        };
    }

    private string ValueOf(MarkerKey key) => key is MarkerKey.Extra ? NameSyntax.Fold(Extra) : environment.ValueOf(key);

    private static string Named(MarkerKey key, string text) => key is MarkerKey.Extra ? NameSyntax.Fold(text) : text;

    private static bool CompareTexts(string left, MarkerOperator markerOperator, string right, MarkerKey key)
    {
        if (key.IsVersion() && Specifier.TryParse($"{markerOperator.ToSymbol()}{right}", out var specifier, out _))
            return specifier.Matches(left);
        return markerOperator switch
        {
            MarkerOperator.Equal or MarkerOperator.LessEqual or MarkerOperator.GreaterEqual => string.Equals(
                left,
                right,
                StringComparison.Ordinal
            ),
            MarkerOperator.NotEqual => !string.Equals(left, right, StringComparison.Ordinal),
            MarkerOperator.In => right.Contains(left, StringComparison.Ordinal),
            MarkerOperator.NotIn => !right.Contains(left, StringComparison.Ordinal),
            _ => false,
        };
    }
}
