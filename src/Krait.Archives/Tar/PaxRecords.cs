using System.Globalization;
using System.Text;

namespace Krait.Archives.Tar;

/// <summary>The records of a PAX header (POSIX.1): `LENGTH KEY=VALUE` and a line end, the length counting all of it.</summary>
internal sealed class PaxRecords
{
    private PaxRecords() { }

    /// <summary>The path that replaces the header's.</summary>
    public string? Path { get; private set; }

    /// <summary>The link target that replaces the header's.</summary>
    public string? LinkTarget { get; private set; }

    /// <summary>The size that replaces the header's.</summary>
    public long? Size { get; private set; }

    /// <summary>The time that replaces the header's, in whole seconds.</summary>
    public long? Modified { get; private set; }

    /// <summary>Reads all records.</summary>
    /// <exception cref="UnsafeArchiveException">One is malformed, comes twice, or asks for something that is refused.</exception>
    public static PaxRecords Read(ReadOnlySpan<byte> body)
    {
        var records = new PaxRecords();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!body.IsEmpty)
        {
            var space = body.IndexOf((byte)' ');
            var isNumber = int.TryParse(
                space > 0 ? body[..space] : default,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var length
            );
            if (!isNumber || length > body.Length || length < space + 3 || body[length - 1] != (byte)'\n')
                throw Malformed("is malformed");
            var record = body[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw Malformed("is malformed");
            var key = Encoding.UTF8.GetString(record[..equals]);
            if (!seen.Add(key))
                throw Malformed($"states `{SafeText.Escape(key)}` twice");
            records.Take(key, record[(equals + 1)..]);
            body = body[length..];
        }

        return records;
    }

    /// <summary>Whether a record changes where or how much is written; in a header for all members, that is refused.</summary>
    public bool ChangesMembers => Path is not null || LinkTarget is not null || Size is not null;

    private void Take(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "path":
                Path = Text(value, key);
                break;
            case "linkpath":
                LinkTarget = Text(value, key);
                break;
            case "size":
                Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                    ? size
                    : throw Malformed("has an invalid size");
                break;
            case "mtime":
                var isTime = double.TryParse(
                    value,
                    NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var time
                );
                if (isTime && Math.Abs(time) < 1e12)
                    Modified = (long)Math.Floor(time);
                break;
            default:
                var isSparse =
                    key.StartsWith("GNU.sparse.", StringComparison.Ordinal)
                    || key is "SCHILY.realsize" or "SUN.holesdata";
                if (isSparse)
                    throw UnsafeArchiveException.Because("tar-kind", "the archive has a sparse file");
                break;
        }
    }

    private static string Text(ReadOnlySpan<byte> value, string key)
    {
        if (value.IsEmpty || value.Contains((byte)0))
            throw Malformed($"has an empty `{key}`, or one with a zero byte");
        return TarHeader.Decode(value, key);
    }

    private static UnsafeArchiveException Malformed(string problem) =>
        UnsafeArchiveException.Because("tar-header", $"an extended header of the archive {problem}");
}
