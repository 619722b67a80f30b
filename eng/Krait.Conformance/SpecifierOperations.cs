using Krait.Packaging.Versions;

namespace Krait.Conformance;

/// <summary>`specifier.*`.</summary>
internal static class SpecifierOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["specifier.parse"] = input =>
                SpecifierSet.TryParse(input.Text("specifier"), out var set, out _)
                    ? new JsonObject { ["clauses"] = Clauses(set) }
                    : null,
            ["specifier.contains"] = input =>
                SpecifierSet
                    .Parse(input.Text("specifier"))
                    .Contains(input.Text("version").AsSpan(), input["prereleases"]!.GetValue<bool>()),
            ["specifier.filter"] = input =>
                Json.Array(
                    SpecifierSet
                        .Parse(input.Text("specifier"))
                        .Filter(input.Texts("versions"), input["prereleases"]?.GetValue<bool>())
                ),
            ["specifier.unsatisfiable"] = input => SpecifierSet.Parse(input.Text("specifier")).IsUnsatisfiable,
            ["specifier.relation"] = Relate,
        };

    /// <summary>The clauses as pairs of operator and version, sorted as Python sorts lists of texts.</summary>
    public static JsonArray Clauses(SpecifierSet set) =>
        new([
            .. set
                .Clauses.Select(clause => (Operator: clause.Operator.ToSymbol(), Version: clause.VersionText))
                .OrderBy(pair => pair.Operator, StringComparer.Ordinal)
                .ThenBy(pair => pair.Version, StringComparer.Ordinal)
                .Select(pair => (JsonNode)new JsonArray(pair.Operator, pair.Version)),
        ]);

    private static JsonObject Relate(JsonObject input)
    {
        var left = SpecifierSet.Parse(input.Text("left")).ToRanges();
        var right = SpecifierSet.Parse(input.Text("right")).ToRanges();
        return new JsonObject
        {
            ["subset"] = left.IsSubsetOf(right),
            ["superset"] = right.IsSubsetOf(left),
            ["disjoint"] = left.IsDisjointFrom(right),
        };
    }
}
