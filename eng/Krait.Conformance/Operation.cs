namespace Krait.Conformance;

/// <summary>What one operation answers to its input.</summary>
internal delegate JsonNode? Operation(JsonObject input);
