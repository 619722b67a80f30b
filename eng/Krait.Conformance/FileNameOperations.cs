using Krait.Packaging.Distributions;
using Krait.Packaging.Names;

namespace Krait.Conformance;

/// <summary>`name.*`, `wheel.filename`, `sdist.filename`.</summary>
internal static class FileNameOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["name.normalize"] = input => NameNormalization.Normalize(input.Text("name")),
            ["name.is_normalized"] = input => NameNormalization.IsNormalized(input.Text("name")),
            ["wheel.filename"] = input =>
                WheelFileName.TryParse(input.Text("filename"), out var wheel, out _) ? Describe(wheel) : null,
            ["sdist.filename"] = input =>
                SdistFileName.TryParse(input.Text("filename"), out var sdist, out _) && sdist.HasStandardExtension
                    ? new JsonObject { ["name"] = sdist.Name.Value, ["version"] = sdist.Version.ToString() }
                    : null,
        };

    private static JsonObject Describe(WheelFileName wheel) =>
        new()
        {
            ["name"] = wheel.Name.Value,
            ["version"] = wheel.Version.ToString(),
            ["build"] = wheel.Build is { } build ? new JsonArray(build.Number, build.Text) : new JsonArray(),
            ["tags"] = Json.Array(
                wheel.Tags.Select(tag => tag.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            ),
        };
}
