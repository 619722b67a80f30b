using Krait.Packaging.Markers;

namespace Krait.Conformance;

/// <summary>`marker.*`.</summary>
internal static class MarkerOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["marker.valid"] = input => MarkerExpression.TryParse(input.Text("marker"), out _, out _),
            ["marker.evaluate"] = Evaluate,
        };

    /// <summary>The eleven variables of an environment that is given in full.</summary>
    public static MarkerEnvironment EnvironmentOf(JsonObject environment) =>
        MarkerEnvironment.FromDictionary(
            environment
                .Where(pair => pair.Value is JsonValue)
                .ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal)
        );

    private static JsonNode? Evaluate(JsonObject input)
    {
        if (!MarkerExpression.TryParse(input.Text("marker"), out var expression, out _))
            return null;
        var environment = (JsonObject)input["environment"]!;
        var evaluator = new MarkerEvaluator(EnvironmentOf(environment))
        {
            Extra = environment["extra"] is JsonValue extra ? extra.GetValue<string>() : "",
            Extras = Names(environment, "extras"),
            DependencyGroups = Names(environment, "dependency_groups"),
        };
        return expression.Evaluate(evaluator);
    }

    private static string[] Names(JsonObject environment, string variable) =>
        environment[variable] switch
        {
            JsonArray => [.. environment.Texts(variable)],
            JsonValue value => [value.GetValue<string>()],
            _ => [],
        };
}
