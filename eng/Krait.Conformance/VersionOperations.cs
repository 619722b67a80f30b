namespace Krait.Conformance;

/// <summary>`version.*`.</summary>
internal static class VersionOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["version.parse"] = input =>
                Version.TryParse(input.Text("version"), out var version) ? Describe(version) : null,
            ["version.compare"] = input =>
                Math.Sign(Version.Parse(input.Text("left")).CompareTo(Version.Parse(input.Text("right")))),
            ["version.sort"] = input => Json.Array(input.Texts("versions").OrderBy(Version.Parse)),
        };

    private static JsonObject Describe(Version version) =>
        new()
        {
            ["normalized"] = version.ToString(),
            ["epoch"] = version.Epoch,
            ["release"] = Json.Array(version.Release.ToArray()),
            ["pre"] = version.Pre is { } pre ? new JsonArray(pre.Letter, pre.Number) : null,
            ["post"] = version.Post,
            ["dev"] = version.Dev,
            ["local"] = version.Local,
            ["public"] = version.WithoutLocal().ToString(),
            ["base"] = version.OnlyRelease().ToString(),
            ["is_prerelease"] = version.IsPrerelease,
            ["is_postrelease"] = version.IsPostrelease,
            ["is_devrelease"] = version.IsDevrelease,
        };
}
