using System.Text.Json.Nodes;
using Krait.Packaging.Markers;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Tests.Scenarios;

/// <summary>The shared scenarios, in the process: exactly the recorded answers.</summary>
public sealed class ScenarioTests
{
    /// <summary>Here uv takes a version for an older Python; for one Python we respect upper bounds, as pip does.</summary>
    private const string OtherPython = "requires_python/python-less-than-current.toml";

    private static readonly JsonNode? Facts = ReadFacts();

    public static TheoryData<string, string> All()
    {
        TheoryData<string, string> all =
        [
            .. Scenario
                .Files("cases")
                .Where(file => file.EndsWith(".toml", StringComparison.Ordinal))
                .Select(file => ("cases", file)),
            .. Scenario
                .Files("more")
                .Where(file => file.Contains(".toml", StringComparison.Ordinal))
                .Select(file => ("more", file)),
        ];
        // A theory without data counts as failed: where the scenarios are missing, one case says so.
        return all.Count > 0 ? all : [("", "")];
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(All))]
    public async Task Answers_as_expected(string folder, string file)
    {
        Assert.SkipWhen(file.Length == 0, "the scenarios are not on this machine");
        var scenario = Scenario.Load(folder, file);
        var facts = folder == "cases" ? Facts?["scenarios"]?[file.Replace('\\', '/')] : null;
        var isSatisfiable =
            file.Replace('\\', '/') != OtherPython
            && (facts?["exit_code"] is { } code ? code.GetValue<int>() == 0 : scenario.IsSatisfiable);
        var request = scenario.ToRequest();
        var outcome = await new PythonResolver(scenario.ToIndex()).ResolveAsync(
            request,
            TestContext.Current.CancellationToken
        );
        if (outcome is ResolutionOutcome.NoSolution none)
        {
            Assert.False(isSatisfiable, none.Explanation.Diagnostic.Message);
            return;
        }

        Assert.True(isSatisfiable, "there is a solution");
        var actual = LinesOf(((ResolutionOutcome.Solved)outcome).Resolution, request.Target);
        if (ExpectedOf(scenario, facts, request.Target) is { } expected)
            Assert.Equal(expected, actual);
    }

    private static string? ExpectedOf(Scenario scenario, JsonNode? facts, ResolutionTarget target)
    {
        IEnumerable<string>? lines = null;
        if (facts?["packages"] is JsonArray pins)
            lines = pins.Select(p => Line($"{p!["name"]}", $"{p["version"]}", p["marker"]?.ToString(), target));
        else if (facts?["packages_installed"] is JsonObject installed)
            lines = installed.Select(p => Line(p.Key, p.Value!.ToString(), marker: null, target));
        else if (scenario.Expected is { } stated)
            lines = stated.Select(p => Line(p.Key, p.Value, marker: null, target));
        return lines is null ? null : string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static string LinesOf(Resolution resolution, ResolutionTarget target) =>
        string.Join(
            '\n',
            resolution
                .Packages.Select(p => Line(p.Name.Value, p.Version.ToString(), p.Marker.ToText(), target))
                .Order(StringComparer.Ordinal)
        );

    private static string Line(string name, string version, string? marker, ResolutionTarget target)
    {
        // 1.3 and 1.3.0 are one version.
        var parsed = Version.Parse(version).ToString();
        while (parsed.EndsWith(".0", StringComparison.Ordinal))
            parsed = parsed[..^2];
        var pin = $"{name}=={parsed}";
        if (string.IsNullOrEmpty(marker) || target is not ResolutionTarget.Universal universal)
            return pin;
        var simplified = Marker.Parse(marker).AssumePython(universal.RequiresPython.ToRanges()).ToText();
        return string.IsNullOrEmpty(simplified) ? pin : $"{pin} ; {simplified}";
    }

    private static JsonNode? ReadFacts()
    {
        var file = Path.Combine(Scenario.Folder, "cases", "expectations.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null;
    }
}
