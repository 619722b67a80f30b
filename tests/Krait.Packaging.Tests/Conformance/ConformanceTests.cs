using System.Text.Json.Nodes;
using Krait.Conformance;

namespace Krait.Packaging.Tests.Conformance;

/// <summary>Runs the conformance data that stands beside the repository, if it does, through the conformance program's operations.</summary>
public sealed class ConformanceTests
{
    private static readonly string? Folder = FindFolder();

    public static TheoryData<string> Files =>
        Folder is null
            ? new TheoryData<string>("(none)")
            : new TheoryData<string>(
                Directory
                    .GetFiles(Folder, "*.json")
                    .Select(file => Path.GetFileName(file))
                    .Order(StringComparer.Ordinal)
            );

    [Theory]
    [MemberData(nameof(Files))]
    public void Answers_every_case_as_expected(string file)
    {
        Assert.SkipWhen(Folder is null, "the conformance data is not beside the repository");
        var document = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder!, file)))!;
        if (document["cases"] is not JsonArray cases || cases is not [JsonObject first, ..] || first["op"] is null)
            return;
        var wrong = new List<string>();
        foreach (var @case in cases.Cast<JsonObject>())
        {
            var input = Expand((JsonObject)@case["in"]!.DeepClone(), document["environments"] as JsonObject);
            var reply = Replies.For(
                new JsonObject
                {
                    ["id"] = "1",
                    ["op"] = @case["op"]!.DeepClone(),
                    ["in"] = input,
                }
            );
            var isCounted = reply["unsupported"] is null && @case["contested"] is null;
            if (isCounted && !JsonNode.DeepEquals(reply["out"], @case["out"]))
                wrong.Add($"{@case["id"]} {input}: {reply["out"]}; expected {@case["out"]}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>Replaces a named environment (`@linux`, or an object with `@` and changes) by the full one.</summary>
    private static JsonObject Expand(JsonObject input, JsonObject? environments)
    {
        if (input["environment"] is JsonValue name && environments is not null)
        {
            input["environment"] = environments[name.GetValue<string>()[1..]]!.DeepClone();
        }
        else if (input["environment"] is JsonObject changes && changes["@"] is { } start && environments is not null)
        {
            var full = (JsonObject)environments[start.GetValue<string>()]!.DeepClone();
            foreach (var (key, value) in changes.Where(change => change.Key != "@"))
                full[key] = value?.DeepClone();
            input["environment"] = full;
        }

        return input;
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
