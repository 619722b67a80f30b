using System.Collections.Immutable;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Protocol.Content;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Resolving;

/// <summary>The form of a <see cref="ResolveQuery"/> in JSON.</summary>
internal static class QueryDocument
{
    private const string AllPackages = ":all:";

    public static void Write(Utf8JsonWriter writer, ResolveQuery query)
    {
        var request = query.Request;
        writer.WriteStartObject();
        writer.WriteTexts("constraints", Texts(request.Constraints));
        writer.WriteString("engine", ProtocolNames.Engine);
        writer.WriteTexts("excludes", request.Excludes.Order().Select(name => name.Value));
        writer.WriteTexts("indexes", query.Indexes);
        writer.WriteTexts("overrides", Texts(request.Overrides));
        writer.WriteStartObject("pins");
        foreach (var (name, index) in query.Pins)
            writer.WriteString(name.Value, index);
        writer.WriteEndObject();
        WritePolicy(writer, query);
        WritePreferences(writer, request.Preferences);
        writer.WriteTexts("requirements", request.Requirements.Select(root => root.Requirement.ToString()));
        TargetDocument.Write(writer, request.Target);
        writer.WriteNumber("v", ProtocolNames.Version);
        writer.WriteEndObject();
    }

    public static ResolveQuery? Read(JsonElement document)
    {
        var isOurs =
            document.Need("v").GetInt32() == ProtocolNames.Version
            && string.Equals(document.NeedText("engine"), ProtocolNames.Engine, StringComparison.Ordinal);
        if (!isOurs)
            return null;
        var policy = document.Need("policy");
        var roots = ReadRequirements(document, "requirements");
        var request = new ResolutionRequest
        {
            Requirements = [.. roots.Select(requirement => new RootRequirement(requirement))],
            Target = TargetDocument.Read(document),
            Constraints = [.. ReadRequirements(document, "constraints").Select(UserLimit.FromRequirement)],
            Overrides = [.. ReadRequirements(document, "overrides").Select(UserLimit.FromRequirement)],
            Excludes = [.. ReadNames(document, "excludes")],
            Preferences = ReadPreferences(document),
            Mode = PolicyWords.ModeOf(policy.NeedText("resolution")),
            Prereleases = ReadPrereleases(policy),
            Files = ReadFiles(policy),
            Cutoff = ReadCutoff(policy),
        };
        return new ResolveQuery(request)
        {
            Indexes = [.. document.NeedList("indexes", ProtocolLimits.Indexes).Select(index => index.Text())],
            IndexStrategy = policy.NeedText("index-strategy"),
            Pins = ReadPins(document.Need("pins")),
        };
    }

    private static ImmutableSortedDictionary<PackageName, string> ReadPins(JsonElement pins) =>
        pins.GetPropertyCount() <= ProtocolLimits.Requirements
            ? pins.EnumerateObject().ToImmutableSortedDictionary(pin => NameOf(pin.Name), pin => pin.Value.Text())
            : throw new FormatException("pins");

    private static void WritePolicy(Utf8JsonWriter writer, ResolveQuery query)
    {
        var request = query.Request;
        writer.WriteStartObject("policy");
        if (request.Cutoff.Global is { } global)
            writer.WriteString("exclude-newer", TimeText.Of(global));
        writer.WriteStartObject("exclude-newer-package");
        foreach (var (name, own) in request.Cutoff.Packages.OrderBy(pair => pair.Key))
            writer.WriteString(name.Value, own is { } time ? TimeText.Of(time) : "");
        writer.WriteEndObject();
        writer.WriteString("index-strategy", query.IndexStrategy);
        writer.WriteTexts("no-binary", Names(request.Files.NoBinary, request.Files.NoBinaryPackages));
        writer.WriteTexts("no-binary-except", Names(isAll: false, request.Files.BinaryPackages));
        writer.WriteTexts("only-binary", Names(request.Files.NoBuild, request.Files.NoBuildPackages));
        writer.WriteTexts("only-binary-except", Names(isAll: false, request.Files.BuildPackages));
        writer.WriteString("prerelease", PolicyWords.Of(request.Prereleases.Mode));
        writer.WriteStartObject("prerelease-package");
        foreach (var (name, mode) in request.Prereleases.Packages.OrderBy(pair => pair.Key))
            writer.WriteString(name.Value, PolicyWords.Of(mode));
        writer.WriteEndObject();
        writer.WriteString("resolution", PolicyWords.Of(request.Mode));
        writer.WriteEndObject();
    }

    private static void WritePreferences(Utf8JsonWriter writer, ImmutableArray<Preference> preferences)
    {
        writer.WriteStartArray("preferences");
        foreach (var preference in preferences)
        {
            writer.WriteStartObject();
            if (preference.Marker.ToText() is { } marker)
                writer.WriteString("marker", marker);
            writer.WriteString("name", preference.Name.Value);
            writer.WriteString("version", preference.Version.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<Preference> ReadPreferences(JsonElement document)
    {
        var result = ImmutableArray.CreateBuilder<Preference>();
        foreach (var element in document.NeedList("preferences", ProtocolLimits.Packages))
        {
            if (!Version.TryParse(element.NeedText("version"), out var version))
                throw new FormatException("version");
            var marker = TargetDocument.ReadMarker(element.FindText("marker") ?? "");
            result.Add(new Preference(NameOf(element.NeedText("name")), version, marker));
        }

        return result.DrainToImmutable();
    }

    private static IEnumerable<string> Texts(IEnumerable<UserLimit> limits) =>
        limits.Select(limit => limit.Requirement.ToString());

    private static IEnumerable<string> Names(bool isAll, IEnumerable<PackageName> names) =>
        (isAll ? (IEnumerable<string>)[AllPackages] : []).Concat(names.Order().Select(name => name.Value));

    private static List<Requirement> ReadRequirements(JsonElement document, string member)
    {
        var result = new List<Requirement>();
        foreach (var element in document.NeedList(member, ProtocolLimits.Requirements))
        {
            // A server opens no address that a client names.
            if (!Requirement.TryParse(element.Text(), out var requirement, out _) || requirement.Url is not null)
                throw new FormatException(member);
            result.Add(requirement);
        }

        return result;
    }

    private static IEnumerable<PackageName> ReadNames(JsonElement document, string member) =>
        document.NeedList(member, ProtocolLimits.Requirements).Select(element => NameOf(element.Text()));

    internal static PackageName NameOf(string text) =>
        PackageName.TryParse(text, out var name, out _) ? name : throw new FormatException(text);

    private static PrereleasePolicy ReadPrereleases(JsonElement policy) =>
        new(PolicyWords.PrereleasesOf(policy.NeedText("prerelease")))
        {
            Packages = policy
                .Need("prerelease-package")
                .EnumerateObject()
                .ToImmutableDictionary(pair => NameOf(pair.Name), pair => PolicyWords.PrereleasesOf(pair.Value.Text())),
        };

    private static FilePolicy ReadFiles(JsonElement policy)
    {
        var (noBinary, noBinaryPackages) = ReadSwitch(policy, "no-binary");
        var (noBuild, noBuildPackages) = ReadSwitch(policy, "only-binary");
        return new FilePolicy
        {
            NoBinary = noBinary,
            NoBinaryPackages = noBinaryPackages,
            BinaryPackages = ReadSwitch(policy, "no-binary-except").Names,
            NoBuild = noBuild,
            NoBuildPackages = noBuildPackages,
            BuildPackages = ReadSwitch(policy, "only-binary-except").Names,
        };
    }

    private static (bool IsAll, ImmutableHashSet<PackageName> Names) ReadSwitch(JsonElement policy, string member)
    {
        var texts = policy.NeedList(member, ProtocolLimits.Requirements).Select(element => element.Text()).ToList();
        var isAll = texts.Remove(AllPackages);
        return (isAll, [.. texts.Select(NameOf)]);
    }

    private static UploadCutoff ReadCutoff(JsonElement policy) =>
        new(policy.FindText("exclude-newer") is { } global ? TimeText.Read(global) : null)
        {
            Packages = policy
                .Need("exclude-newer-package")
                .EnumerateObject()
                .ToImmutableDictionary(
                    pair => NameOf(pair.Name),
                    pair => pair.Value.Text() is { Length: > 0 } time ? TimeText.Read(time) : (DateTimeOffset?)null
                ),
        };
}
