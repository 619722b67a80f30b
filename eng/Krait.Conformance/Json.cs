namespace Krait.Conformance;

/// <summary>Reading inputs and making outputs.</summary>
internal static class Json
{
    public static string Text(this JsonObject input, string name) => input[name]!.GetValue<string>();

    public static IEnumerable<string> Texts(this JsonObject input, string name) =>
        input[name]!.AsArray().Select(item => item!.GetValue<string>());

    public static ulong[] Numbers(this JsonObject input, string name) =>
        [.. input[name]!.AsArray().Select(item => item!.GetValue<ulong>())];

    public static JsonArray Array<T>(IEnumerable<T> items) =>
        new([.. items.Select(item => (JsonNode?)JsonValue.Create(item))]);
}
