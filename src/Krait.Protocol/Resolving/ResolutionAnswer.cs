using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Resolving;

/// <summary>The answer to a <see cref="ResolveQuery"/>.</summary>
/// <param name="Request">The digest of the request that it answers.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record ResolutionAnswer(ContentDigest Request, AnswerOutcome Outcome)
{
    /// <summary>The resolver that found it.</summary>
    public string Engine { get; init; } = ProtocolNames.Engine;

    /// <summary>The snapshot that it holds for.</summary>
    public ContentDigest Snapshot { get; init; }

    /// <summary>The number of the last change that it knows of.</summary>
    public long Serial { get; init; }

    /// <summary>When it was last known to hold.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The chosen versions, by name and then version.</summary>
    public ImmutableArray<AnswerPackage> Packages { get; init; } = [];

    /// <summary>All shards that the resolver looked at, by name: the answer holds as long as none of them changes.</summary>
    public ImmutableArray<(PackageName Project, ContentDigest Shard)> Consulted { get; init; } = [];

    /// <summary>Source distributions whose metadata is not known, by name.</summary>
    public ImmutableArray<(PackageName Project, ContentDigest Sdist)> Builds { get; init; } = [];

    /// <summary>Why there is no answer, for people; null where that needs no words.</summary>
    public string? Reason { get; init; }

    /// <summary>Writes the answer.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(Write);

    /// <summary>Reads an answer, whatever it answers: <see cref="Checking.ResolutionCheck"/> tells whether it is one to the question.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out ResolutionAnswer? answer,
        [NotNullWhen(false)] out Diagnostic? error
    ) => CanonicalJson.TryRead(content, ProtocolLimits.ResolutionBytes, "resolution", Read, out answer, out error);

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WritePairs(writer, "builds", Builds);
        WritePairs(writer, "consulted", Consulted);
        writer.WriteString("engine", Engine);
        writer.WriteString("magic", ProtocolNames.Magic);
        writer.WriteString("outcome", WordOf(Outcome));
        writer.WriteStartArray("packages");
        foreach (var package in Packages)
            package.Write(writer);
        writer.WriteEndArray();
        if (Reason is not null)
            writer.WriteString("reason", Reason);
        writer.WriteString("request", Request.Hex);
        writer.WriteNumber("serial", Serial);
        writer.WriteString("snapshot", Snapshot.Hex);
        writer.WriteString("time", TimeText.Of(Time));
        writer.WriteEndObject();
    }

    private static ResolutionAnswer? Read(JsonElement document)
    {
        var isOne =
            string.Equals(document.NeedText("magic"), ProtocolNames.Magic, StringComparison.Ordinal)
            && OutcomeOf(document.NeedText("outcome")) is not null;
        if (!isOne)
            return null;
        return new ResolutionAnswer(
            DigestOf(document.NeedText("request")),
            OutcomeOf(document.NeedText("outcome")) ?? throw new FormatException("outcome")
        )
        {
            Engine = document.NeedText("engine"),
            Snapshot = DigestOf(document.NeedText("snapshot")),
            Serial = document.Need("serial").GetInt64(),
            Time = TimeText.Read(document.NeedText("time")),
            Packages = [.. document.NeedList("packages", ProtocolLimits.Packages).Select(AnswerPackage.Read)],
            Consulted = ReadPairs(document, "consulted"),
            Builds = ReadPairs(document, "builds"),
            Reason = document.FindText("reason"),
        };
    }

    private static void WritePairs(
        Utf8JsonWriter writer,
        string member,
        IEnumerable<(PackageName Project, ContentDigest Digest)> pairs
    )
    {
        writer.WriteStartArray(member);
        foreach (var (project, digest) in pairs.OrderBy(pair => pair.Project))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(project.Value);
            writer.WriteStringValue(digest.Hex);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<(PackageName, ContentDigest)> ReadPairs(JsonElement document, string member)
    {
        var result = ImmutableArray.CreateBuilder<(PackageName, ContentDigest)>();
        foreach (var pair in document.NeedList(member, ProtocolLimits.Packages))
        {
            if (pair.GetArrayLength() != 2)
                throw new FormatException(member);
            result.Add((QueryDocument.NameOf(pair[0].Text()), DigestOf(pair[1].Text())));
        }

        return result.DrainToImmutable();
    }

    private static ContentDigest DigestOf(string hex) =>
        ContentDigest.TryParse(hex, out var digest) ? digest : throw new FormatException(hex);

    private static string WordOf(AnswerOutcome outcome) =>
        outcome switch
        {
            AnswerOutcome.Solved => "solved",
            AnswerOutcome.Unsatisfiable => "unsatisfiable",
            AnswerOutcome.NeedsBuild => "needs-build",
            AnswerOutcome.OverBudget => "over-budget",
            _ => "denied",
        };

    private static AnswerOutcome? OutcomeOf(string word) =>
        word switch
        {
            "solved" => AnswerOutcome.Solved,
            "unsatisfiable" => AnswerOutcome.Unsatisfiable,
            "needs-build" => AnswerOutcome.NeedsBuild,
            "over-budget" => AnswerOutcome.OverBudget,
            "denied" => AnswerOutcome.Denied,
            _ => null,
        };
}
