using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Trees;

/// <summary>
/// Names and the digests of their shards, sorted by name: a bucket of the tree, or what changed since a serial number. Text, a line for
/// each: `flask 3fd0…`, and `flask -` for a project that is gone.
/// </summary>
/// <param name="Serial">The number of the last change that a list of changes covers; null in a bucket.</param>
/// <param name="Entries">Names and digests; null for a project that is gone.</param>
public sealed record ShardList(long? Serial, ImmutableArray<(PackageName Project, ContentDigest? Shard)> Entries)
{
    private const string SerialWord = "serial ";

    /// <summary>Makes a list of entries in any order.</summary>
    public static ShardList Of(long? serial, IEnumerable<(PackageName Project, ContentDigest? Shard)> entries) =>
        new(serial, [.. entries.OrderBy(entry => entry.Project)]);

    /// <summary>Writes the list.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder();
        if (Serial is { } serial)
            text.Append(CultureInfo.InvariantCulture, $"{SerialWord}{serial}\n");
        foreach (var (project, shard) in Entries)
            text.Append(project.Value).Append(' ').Append(shard?.Hex ?? "-").Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a bucket: each project once, in order, and none that is gone.</summary>
    public static bool TryReadBucket(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out ShardList? list,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryRead(bytes, isBucket: true, out list, out error);

    /// <summary>Reads what changed.</summary>
    public static bool TryReadChanges(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out ShardList? list,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryRead(bytes, isBucket: false, out list, out error);

    private static bool TryRead(
        ReadOnlySpan<byte> bytes,
        bool isBucket,
        [NotNullWhen(true)] out ShardList? list,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        list = null;
        error = null;
        long? serial = null;
        var entries = ImmutableArray.CreateBuilder<(PackageName, ContentDigest?)>();
        PackageName? last = null;
        var isGood = bytes.Length <= ProtocolLimits.ShardBytes && (bytes.IsEmpty || bytes[^1] == (byte)'\n');
        while (isGood && !bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString(bytes[..end]);
            bytes = bytes[(end + 1)..];
            if (!isBucket && serial is null)
            {
                isGood = TryReadSerial(line, out serial);
                continue;
            }

            isGood = TryReadEntry(line, out var project, out var shard) && (shard is not null || !isBucket);
            isGood = isGood && (last is null || last.CompareTo(project) < 0);
            last = project;
            if (isGood && project is not null)
                entries.Add((project, shard));
        }

        if (isGood && (isBucket || serial is not null))
            list = new ShardList(serial, entries.DrainToImmutable());
        else
            error = new Diagnostic("invalid-tree", "the list of shards is not valid");
        return list is not null;
    }

    private static bool TryReadSerial(string line, out long? serial)
    {
        var isNumber = long.TryParse(
            line.StartsWith(SerialWord, StringComparison.Ordinal) ? line.AsSpan(SerialWord.Length) : [],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        );
        serial = isNumber ? number : null;
        return isNumber;
    }

    private static bool TryReadEntry(
        string line,
        [NotNullWhen(true)] out PackageName? project,
        out ContentDigest? shard
    )
    {
        shard = null;
        project = null;
        if (line.Split(' ') is not [var name, var digest] || !NameNormalization.IsNormalized(name))
            return false;
        if (!PackageName.TryParse(name, out project, out _))
            return false;
        if (digest is "-")
            return true;
        if (!ContentDigest.TryParse(digest, out var parsed))
            return false;
        shard = parsed;
        return true;
    }

    /// <summary>Equality of all entries.</summary>
    public bool Equals(ShardList? other) =>
        other is not null && Serial == other.Serial && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Serial, Entries.Length);
}
