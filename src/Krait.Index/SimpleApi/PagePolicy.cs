using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Krait.Index.Http;

namespace Krait.Index.SimpleApi;

/// <summary>
/// What the index said about keeping a page (RFC 9111, for a cache of one user), and how to ask whether it still holds. Kept in a block of
/// its own before the page, so that it can be read, and renewed in place, without touching the page.
/// </summary>
internal sealed record PagePolicy
{
    /// <summary>The size of the block.</summary>
    public const int Size = 512;

    /// <summary>`KRAITPP` and the number of the block's format.</summary>
    private const ulong Magic = 0x0150_5054_4941_524B;

    private const int ChecksumStart = 8;
    private const int TextStart = 48;
    private const long LongestFreshness = 366L * 24 * 60 * 60;

    /// <summary>When the page, or the word that it still holds, was received.</summary>
    public required DateTimeOffset Received { get; init; }

    /// <summary>How long from then it may be used without asking.</summary>
    public required TimeSpan FreshFor { get; init; }

    /// <summary>The strong validator, or empty.</summary>
    public string ETag { get; init; } = "";

    /// <summary>The date of last change as the server wrote it, or empty.</summary>
    public string LastModified { get; init; } = "";

    /// <summary>The address that the page was asked at.</summary>
    public required string Url { get; init; }

    /// <summary>The serial number of the page, where the index tells one; otherwise -1.</summary>
    public long Serial { get; init; } = -1;

    /// <summary>Whether the page may be kept beyond this run.</summary>
    public bool IsStorable { get; init; } = true;

    /// <summary>Whether the answer said how long it may be used; not kept.</summary>
    public bool SaysFreshness { get; init; }

    /// <summary>Reads an answer's headers.</summary>
    public static PagePolicy Read(HttpReply reply, SafeUrl asked, DateTimeOffset now)
    {
        var control = CacheControl.Parse(reply.Header("Cache-Control"));
        var tag = reply.Header("ETag");
        // A weak validator only promises something alike; a page must be the same.
        var isWeak = tag.StartsWith("W/", StringComparison.Ordinal);
        var serial = reply.Header("X-PyPI-Last-Serial");
        return new PagePolicy
        {
            Received = now,
            FreshFor = FreshnessOf(reply, control, now),
            SaysFreshness = control.IsNoCache || control.MaxAge is not null || reply.Header("Expires").Length > 0,
            ETag = isWeak || tag.Length > 256 ? "" : tag,
            LastModified = isWeak || reply.Header("Last-Modified") is not { Length: <= 64 } date ? "" : date,
            Url = asked.Canonical,
            Serial = long.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : -1,
            IsStorable = !control.IsNoStore,
        };
    }

    /// <summary>This policy, confirmed by a 304: what it says newly counts, the rest stays (RFC 9111, section 3.2).</summary>
    public PagePolicy Renew(PagePolicy confirmation) =>
        this with
        {
            Received = confirmation.Received,
            FreshFor = confirmation.SaysFreshness ? confirmation.FreshFor : FreshFor,
            ETag = confirmation.ETag.Length > 0 ? confirmation.ETag : ETag,
            LastModified = confirmation.LastModified.Length > 0 ? confirmation.LastModified : LastModified,
            IsStorable = confirmation.IsStorable,
            Serial = confirmation.Serial >= 0 ? confirmation.Serial : Serial,
        };

    /// <summary>
    /// Whether a 304 is about what was kept (RFC 9111, section 4.3.4): one with the tag or the date of something else is not, which
    /// caches between us and the server get wrong.
    /// </summary>
    public bool IsConfirmedBy(HttpReply reply)
    {
        var tag = Opaque(reply.Header("ETag"));
        if (tag.Length > 0 && ETag.Length > 0)
            return tag.SequenceEqual(Opaque(ETag));
        var date = reply.Header("Last-Modified");
        return tag.Length > 0 && LastModified.Length == 0
            ? false
            : date.Length == 0
                || LastModified.Length == 0
                || string.Equals(date, LastModified, StringComparison.Ordinal);
    }

    /// <summary>Whether the page may be used without asking. A stamp from the future proves that a clock was wrong, and counts as old.</summary>
    public bool IsFresh(DateTimeOffset now) => Received <= now && now - Received < FreshFor;

    /// <summary>The headers that ask whether the page still holds.</summary>
    public IEnumerable<(string Name, string Value)> Validators()
    {
        if (ETag.Length > 0)
            yield return ("If-None-Match", ETag);
        if (LastModified.Length > 0)
            yield return ("If-Modified-Since", LastModified);
    }

    /// <summary>Writes the block.</summary>
    public byte[] ToBlock()
    {
        var block = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(block, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(16), Received.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(24), (long)FreshFor.TotalMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(32), Serial);
        var at = TextStart;
        at += WriteText(block, 40, at, Url);
        // Validators that do not fit are left out: the page is then fetched again when it is stale.
        at += WriteText(block, 42, at, ETag);
        WriteText(block, 44, at, LastModified);
        BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(ChecksumStart), Checksum(block));
        return block;
    }

    /// <summary>Reads a block; false when it is damaged, of another format, or of another page.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, string url, out PagePolicy policy)
    {
        policy = Nothing;
        if (block.Length < Size || BinaryPrimitives.ReadUInt64LittleEndian(block) != Magic)
            return false;
        block = block[..Size];
        if (BinaryPrimitives.ReadUInt64LittleEndian(block[ChecksumStart..]) != Checksum(block))
            return false;
        var address = BinaryPrimitives.ReadUInt16LittleEndian(block[40..]);
        var etag = BinaryPrimitives.ReadUInt16LittleEndian(block[42..]);
        var modified = BinaryPrimitives.ReadUInt16LittleEndian(block[44..]);
        if (TextStart + address + etag + modified > Size)
            return false;
        var text = block[TextStart..];
        if (!Encoding.UTF8.GetString(text[..address]).Equals(url, StringComparison.Ordinal))
            return false;
        policy = new PagePolicy
        {
            Received = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(block[16..])),
            FreshFor = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(block[24..])),
            Serial = BinaryPrimitives.ReadInt64LittleEndian(block[32..]),
            ETag = Encoding.UTF8.GetString(text.Slice(address, etag)),
            LastModified = Encoding.UTF8.GetString(text.Slice(address + etag, modified)),
            Url = url,
        };
        return true;
    }

    /// <summary>A tag without the mark of a weak one: compression may weaken the tag of an answer.</summary>
    private static ReadOnlySpan<char> Opaque(string tag) =>
        tag.StartsWith("W/", StringComparison.Ordinal) ? tag.AsSpan(2) : tag;

    private static PagePolicy Nothing { get; } =
        new()
        {
            Received = DateTimeOffset.UnixEpoch,
            FreshFor = TimeSpan.Zero,
            Url = "",
        };

    private static TimeSpan FreshnessOf(HttpReply reply, CacheControl control, DateTimeOffset now)
    {
        if (control.IsNoCache)
            return TimeSpan.Zero;
        var lifetime = control.MaxAge ?? Lifetime(reply, now);
        var isAged = long.TryParse(reply.Header("Age"), NumberStyles.None, CultureInfo.InvariantCulture, out var age);
        return TimeSpan.FromSeconds(Math.Clamp(lifetime - (isAged ? age : 0), 0, LongestFreshness));
    }

    /// <summary>The older `Expires`, which counts from the server's own date.</summary>
    private static long Lifetime(HttpReply reply, DateTimeOffset now)
    {
        if (!TryDate(reply.Header("Expires"), out var expires))
            return 0;
        var date = TryDate(reply.Header("Date"), out var sent) ? sent : now;
        return (long)(expires - date).TotalSeconds;
    }

    private static bool TryDate(string text, out DateTimeOffset date) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    private static int WriteText(Span<byte> block, int lengthAt, int at, string text)
    {
        if (!Encoding.UTF8.TryGetBytes(text, block[at..], out var length))
            return 0;
        BinaryPrimitives.WriteUInt16LittleEndian(block[lengthAt..], (ushort)length);
        return length;
    }

    private static ulong Checksum(ReadOnlySpan<byte> block)
    {
        // FNV-1a over 64-bit words, the one of the checksum itself left out.
        var sum = 14695981039346656037UL;
        for (var i = 0; i < Size; i += 8)
        {
            if (i != ChecksumStart)
                sum = (sum ^ BinaryPrimitives.ReadUInt64LittleEndian(block[i..])) * 1099511628211UL;
        }

        return sum;
    }
}
