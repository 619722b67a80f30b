using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;

namespace Krait.Conformance;

/// <summary>`requirement.parse`.</summary>
internal static class RequirementOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["requirement.parse"] = input =>
                Requirement.TryParse(input.Text("requirement"), out var requirement, out _)
                    ? Describe(requirement)
                    : null,
        };

    private static JsonObject Describe(Requirement requirement) =>
        new()
        {
            ["name"] = requirement.Name.Value,
            ["extras"] = Json.Array(requirement.Extras.Order().Select(extra => extra.Value)),
            ["url"] = requirement.Url,
            ["clauses"] = SpecifierOperations.Clauses(requirement.Specifiers ?? SpecifierSet.Any),
            ["has_marker"] = requirement.HasMarker,
        };
}
