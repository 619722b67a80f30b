using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;
using Krait.Protocol.Content;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Resolving;

/// <summary>
/// What a resolution is for, as requests state it: one environment with the values of its markers and the tags that it accepts, or all
/// environments of some Pythons.
/// </summary>
internal static class TargetDocument
{
    private const int MostRows = 500;
    private const int MostForks = 1_000;

    private static readonly SearchValues<char> TagCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_.-"
    );

    private static readonly MarkerKey[] Keys =
    [
        MarkerKey.ImplementationName,
        MarkerKey.ImplementationVersion,
        MarkerKey.OsName,
        MarkerKey.PlatformMachine,
        MarkerKey.PlatformPythonImplementation,
        MarkerKey.PlatformRelease,
        MarkerKey.PlatformSystem,
        MarkerKey.PlatformVersion,
        MarkerKey.PythonFullVersion,
        MarkerKey.PythonVersion,
        MarkerKey.SysPlatform,
    ];

    /// <summary>Writes `target`, or `universal` where it is many environments.</summary>
    public static void Write(Utf8JsonWriter writer, ResolutionTarget target)
    {
        if (target is ResolutionTarget.Specific specific)
            Write(writer, specific);
        else
            Write(writer, (ResolutionTarget.Universal)target);
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter, ResolutionTarget)"/> writes.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ResolutionTarget Read(JsonElement document) =>
        document.Find("target") is { } target ? ReadSpecific(target) : ReadUniversal(document.Need("universal"));

    private static void Write(Utf8JsonWriter writer, ResolutionTarget.Specific target)
    {
        writer.WriteStartObject("target");
        writer.WriteStartObject("markers");
        foreach (var key in Keys)
            writer.WriteString(NameOf(key), target.Environment.ValueOf(key));
        writer.WriteEndObject();
        writer.WriteString("python", target.Python.ToString());
        if (target.Tags is { } tags)
        {
            writer.WriteStartObject("tags");
            writer.WriteTexts("platforms", tags.Platforms);
            writer.WriteTexts("rows", tags.Rows);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ResolutionTarget.Universal target)
    {
        writer.WriteStartObject("universal");
        writer.WriteTexts("environments", Texts(target.Environments));
        writer.WriteString("fork-strategy", target.Strategy is ForkStrategy.Fewest ? "fewest" : "requires-python");
        writer.WriteTexts("forks", Texts(target.EarlierForks));
        writer.WriteTexts("required-environments", Texts(target.RequiredEnvironments));
        writer.WriteString("requires-python", target.RequiresPython.ToString());
        writer.WriteEndObject();
    }

    private static ResolutionTarget.Specific ReadSpecific(JsonElement target)
    {
        var markers = target.Need("markers");
        var values = Keys.Select(NameOf).ToDictionary(key => key, key => markers.NeedText(key), StringComparer.Ordinal);
        TagSet? tags = null;
        if (target.Find("tags") is { } stated)
        {
            tags =
                TagSet.FromRows(ReadTags(stated, "rows"), ReadTags(stated, "platforms"))
                ?? throw new FormatException("tags");
        }

        return Version.TryParse(target.NeedText("python"), out var python)
            ? new ResolutionTarget.Specific(MarkerEnvironment.FromDictionary(values), tags, python)
            : throw new FormatException("python");
    }

    private static ResolutionTarget.Universal ReadUniversal(JsonElement universal) =>
        new(
            SpecifierSet.TryParse(universal.NeedText("requires-python"), out var python, out _)
                ? python
                : throw new FormatException("requires-python")
        )
        {
            Environments = ReadMarkers(universal, "environments"),
            RequiredEnvironments = ReadMarkers(universal, "required-environments"),
            EarlierForks = ReadMarkers(universal, "forks"),
            Strategy = universal.NeedText("fork-strategy") switch
            {
                "requires-python" => ForkStrategy.RequiresPython,
                "fewest" => ForkStrategy.Fewest,
                _ => throw new FormatException("fork-strategy"),
            },
        };

    private static string NameOf(MarkerKey key) => key.ToName();

    /// <summary>Tags are kept for as long as the process lives: what is not made like one is refused.</summary>
    private static List<string> ReadTags(JsonElement tags, string name)
    {
        var result = new List<string>();
        foreach (var element in tags.NeedList(name, MostRows))
        {
            var text = element.Text();
            if (text.Length > 64 || text.AsSpan().ContainsAnyExcept(TagCharacters))
                throw new FormatException(name);
            result.Add(text);
        }

        return result;
    }

    private static IEnumerable<string> Texts(ImmutableArray<Marker> markers) =>
        markers.Select(marker => marker.ToText() ?? "");

    private static ImmutableArray<Marker> ReadMarkers(JsonElement universal, string name)
    {
        var result = ImmutableArray.CreateBuilder<Marker>();
        foreach (var element in universal.NeedList(name, MostForks))
            result.Add(ReadMarker(element.Text()));
        return result.DrainToImmutable();
    }

    /// <summary>The marker of a text; an empty one always holds.</summary>
    /// <exception cref="FormatException">It is not a marker.</exception>
    public static Marker ReadMarker(string text)
    {
        if (text.Length == 0)
            return Marker.True;
        return Marker.TryParse(text, out var marker, out _) ? marker : throw new FormatException(text);
    }
}
