using Krait.Packaging.Tags;

namespace Krait.Conformance;

/// <summary>`tags`, `tags.*`.</summary>
internal static class TagOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["tags"] = input =>
            {
                var python = Integers(input, "python");
                var set = TagSet.ForCPython(
                    python[0],
                    python[1],
                    [.. input.Texts("abis")],
                    [.. input.Texts("platforms")]
                );
                return Json.Array(set.Tags.Select(tag => tag.ToString()));
            },
            ["tags.mac"] = input => Platforms(input, "version", PlatformTags.MacOs),
            ["tags.manylinux"] = input => Platforms(input, "glibc", PlatformTags.Manylinux),
            ["tags.musllinux"] = input => Platforms(input, "musl", PlatformTags.Musllinux),
        };

    private static JsonArray Platforms(
        JsonObject input,
        string versionName,
        Func<int, int, string, IReadOnlyList<string>> platforms
    )
    {
        var version = Integers(input, versionName);
        return Json.Array(platforms(version[0], version[1], input.Text("arch")));
    }

    private static int[] Integers(JsonObject input, string name) =>
        [.. input[name]!.AsArray().Select(item => item!.GetValue<int>())];
}
