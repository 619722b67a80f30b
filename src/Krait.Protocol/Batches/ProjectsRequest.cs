using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Batches;

/// <summary>A request for the shards of a list of projects, and of those that some requirements are likely to need.</summary>
public sealed record ProjectsRequest
{
    /// <summary>The projects by name, each once.</summary>
    public ImmutableArray<AskedProject> Projects { get; init; } = [];

    /// <summary>Requirements whose likely dependencies are sent too; null where only <see cref="Projects"/> are.</summary>
    public AskedClosure? Closure { get; init; }

    /// <summary>After how many bytes the server stops; null for its own limit.</summary>
    public long? MostBytes { get; init; }

    /// <summary>Writes the request.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(Write);

    /// <summary>Reads a request.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out ProjectsRequest? request,
        [NotNullWhen(false)] out Diagnostic? error
    ) => CanonicalJson.TryRead(content, ProtocolLimits.RequestBytes, "request", Read, out request, out error);

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Closure is { } closure)
        {
            writer.WriteStartObject("closure");
            writer.WriteNumber("depth", closure.Depth);
            writer.WriteTexts("requirements", closure.Requirements.Select(requirement => requirement.ToString()));
            if (closure.Target is { } target)
                TargetDocument.Write(writer, target);
            writer.WriteEndObject();
        }

        if (MostBytes is { } most)
            writer.WriteNumber("max-bytes", most);
        writer.WriteStartArray("names");
        foreach (var project in Projects)
        {
            writer.WriteStartObject();
            if (project.Have is { } have)
                writer.WriteString("have", have.Hex);
            writer.WriteString("name", project.Name.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("v", ProtocolNames.Version);
        writer.WriteEndObject();
    }

    private static ProjectsRequest? Read(JsonElement document)
    {
        if (document.Need("v").GetInt32() != ProtocolNames.Version)
            return null;
        var most = document.Find("max-bytes")?.GetInt64();
        var projects = document.NeedList("names", ProtocolLimits.Requirements).Select(ReadProject).ToImmutableArray();
        if (most < 0 || projects.DistinctBy(project => project.Name).Count() < projects.Length)
            return null;
        return new ProjectsRequest
        {
            Projects = projects,
            Closure = document.Find("closure") is { } closure ? ReadClosure(closure) : null,
            MostBytes = most,
        };
    }

    private static AskedProject ReadProject(JsonElement element)
    {
        var name = QueryDocument.NameOf(element.NeedText("name"));
        if (element.FindText("have") is not { } hex)
            return new AskedProject(name, Have: null);
        return ContentDigest.TryParse(hex, out var have)
            ? new AskedProject(name, have)
            : throw new FormatException("have");
    }

    private static AskedClosure ReadClosure(JsonElement closure)
    {
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var element in closure.NeedList("requirements", ProtocolLimits.Requirements))
        {
            if (!Requirement.TryParse(element.Text(), out var requirement, out _))
                throw new FormatException("requirements");
            requirements.Add(requirement);
        }

        var hasTarget = closure.Find("target") is not null || closure.Find("universal") is not null;
        return new AskedClosure(requirements.DrainToImmutable())
        {
            Depth = Math.Clamp(closure.Need("depth").GetInt32(), 0, AskedClosure.MostDepth),
            Target = hasTarget ? TargetDocument.Read(closure) : null,
        };
    }
}

/// <summary>A project whose shard is asked for.</summary>
/// <param name="Name">The project.</param>
/// <param name="Have">The shard that the client has: it is sent only if there is another one now.</param>
public sealed record AskedProject(PackageName Name, ContentDigest? Have);

/// <summary>Requirements whose likely dependencies are asked for.</summary>
/// <param name="Requirements">The requirements.</param>
public sealed record AskedClosure(ImmutableArray<Requirement> Requirements)
{
    /// <summary>The largest depth.</summary>
    public const int MostDepth = 64;

    /// <summary>How many steps from the requirements the server goes.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>What it is for; null where the client does not say.</summary>
    public ResolutionTarget? Target { get; init; }
}
