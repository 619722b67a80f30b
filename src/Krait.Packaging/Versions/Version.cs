using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Versions;

/// <summary>
/// A version of a distribution (PEP 440). Immutable; 1.0 and 1.0.0 are equal. Ordinary versions are one packed 64-bit key, and
/// comparing two versions is nearly always one comparison of keys.
/// </summary>
public sealed class Version : IEquatable<Version>, IComparable<Version>
{
    /// <summary>A post-release number that no version can have: stands above all post-releases of a release.</summary>
    internal const ulong BeyondPosts = ulong.MaxValue;

    private readonly ulong key;
    private readonly int segments;
    private readonly bool isExact;
    private VersionParts? parts;
    private string? text;

    private Version(scoped ref VersionDraft draft)
    {
        key = VersionKey.Pack(ref draft, out isExact);
        segments = draft.Release.Length;
        if (!isExact)
        {
            var local = draft.Local.IsEmpty ? null : LocalLabel.Normalize(draft.Local);
            parts = new VersionParts(draft.Epoch, draft.Release.ToArray(), draft.Pre, draft.Post, draft.Dev, local);
        }
    }

    /// <summary>The number before `!`; 0 where none is written.</summary>
    public ulong Epoch => isExact ? 0 : Parts.Epoch;

    /// <summary>The numbers of the release as written, trailing zeros included.</summary>
    public ReadOnlySpan<ulong> Release => Parts.Release;

    /// <summary>The alpha, beta or release candidate part.</summary>
    public Prerelease? Pre => isExact ? VersionKey.PreOf(key) : Parts.Pre;

    /// <summary>The number of the post-release.</summary>
    public ulong? Post => isExact ? VersionKey.PostOf(key) : Parts.Post;

    /// <summary>The number of the development release.</summary>
    public ulong? Dev => isExact ? VersionKey.DevOf(key) : Parts.Dev;

    /// <summary>The normalized label after `+`.</summary>
    public string? Local => isExact ? null : Parts.Local;

    /// <summary>How many numbers the release has, trailing zeros included.</summary>
    public int ReleaseLength => segments;

    /// <summary>Whether this is a pre-release or a development release, which are not chosen unless asked for.</summary>
    public bool IsPrerelease =>
        isExact ? VersionKey.IsPrerelease(key) : Parts is { Pre: not null } or { Dev: not null };

    /// <summary>Whether this is a post-release.</summary>
    public bool IsPostrelease => Post is not null;

    /// <summary>Whether this is a development release.</summary>
    public bool IsDevrelease => Dev is not null;

    /// <summary>Whether this has a local label.</summary>
    public bool IsLocal => Local is not null;

    /// <summary>The major number.</summary>
    public ulong Major => ReleaseAt(0);

    /// <summary>The minor number; 0 where none is written.</summary>
    public ulong Minor => ReleaseAt(1);

    /// <summary>The third number; 0 where none is written.</summary>
    public ulong Patch => ReleaseAt(2);

    private VersionParts Parts => parts ??= Unpack();

    /// <summary>Parses a version, surrounding white space allowed.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Version? version,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var draft = new VersionDraft(stackalloc ulong[8]);
        version = Read(text, ref draft, out var position);
        error = version is null ? Describe(text, position, draft.Problem) : null;
        return version is not null;
    }

    /// <summary>Parses a version, surrounding white space allowed, without saying what is wrong.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Version? version)
    {
        var draft = new VersionDraft(stackalloc ulong[8]);
        version = Read(text, ref draft, out _);
        return version is not null;
    }

    /// <summary>Parses a version from UTF-8.</summary>
    [SkipLocalsInit]
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Version? version)
    {
        Span<char> buffer = stackalloc char[128];
        return
            utf8.Length <= buffer.Length
            && Ascii.ToUtf16(utf8, buffer, out var length) == System.Buffers.OperationStatus.Done
            ? TryParse(buffer[..length], out version)
            : TryParse(Encoding.UTF8.GetString(utf8), out version);
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static Version Parse(string text) =>
        TryParse(text, out var version, out var error) ? version : throw new FormatException(error.Message);

    /// <summary>A final release of the given numbers.</summary>
    public static Version FromRelease(params ReadOnlySpan<ulong> release) => Create(0, release);

    /// <summary>This version without its local label.</summary>
    public Version WithoutLocal() => Local is null ? this : Create(Epoch, Release, Pre, Post, Dev);

    /// <summary>The epoch and release of this version alone.</summary>
    public Version OnlyRelease() =>
        Pre is null && Post is null && Dev is null && Local is null ? this : Create(Epoch, Release);

    /// <summary>Segment <paramref name="index"/> of the release, 0 beyond its end.</summary>
    public ulong ReleaseAt(int index)
    {
        if (isExact)
            return VersionKey.SegmentOf(key, index);
        var release = Parts.Release;
        return index < release.Length ? release[index] : 0;
    }

    /// <inheritdoc/>
    public int CompareTo(Version? other)
    {
        if (other is null)
            return 1;
        if (key != other.key)
            return key < other.key ? -1 : 1;
        return isExact || ReferenceEquals(this, other) ? 0 : VersionParts.Compare(Parts, other.Parts);
    }

    public bool Equals(Version? other) => other is not null && key == other.key && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as Version);

    public override int GetHashCode() => isExact ? key.GetHashCode() : Parts.Hash;

    /// <summary>The normalized text.</summary>
    public override string ToString() => text ??= Format();

    public static bool operator ==(Version? left, Version? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Version? left, Version? right) => !(left == right);

    public static bool operator <(Version left, Version right) => left.CompareTo(right) < 0;

    public static bool operator >(Version left, Version right) => left.CompareTo(right) > 0;

    public static bool operator <=(Version left, Version right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Version left, Version right) => left.CompareTo(right) >= 0;

    internal static Version Create(
        ulong epoch,
        ReadOnlySpan<ulong> release,
        Prerelease? pre = null,
        ulong? post = null,
        ulong? dev = null,
        string? local = null
    )
    {
        var draft = new VersionDraft(stackalloc ulong[8])
        {
            Epoch = epoch,
            Pre = pre,
            Post = post,
            Dev = dev,
            Local = local,
        };
        foreach (var segment in release)
            draft.AddSegment(segment);
        return new Version(ref draft);
    }

    internal static Version FromDraft(scoped ref VersionDraft draft) => new(ref draft);

    private static Version? Read(ReadOnlySpan<char> text, ref VersionDraft draft, out int position)
    {
        position = PythonText.SkipSpace(text, 0);
        if (!VersionReader.TryRead(text, ref position, ref draft))
            return null;
        position = PythonText.SkipSpace(text, position);
        if (position == text.Length)
            return new Version(ref draft);
        draft.Problem = $"`{PythonText.Printable(text.Slice(position, 1))}` cannot follow";
        return null;
    }

    private static Diagnostic Describe(ReadOnlySpan<char> text, int position, string? problem) =>
        new("invalid-version", $"`{PythonText.Printable(text)}` is not a version: {problem}")
        {
            Span = new SourceSpan(text.ToString(), position, position < text.Length ? 1 : 0),
        };

    private VersionParts Unpack()
    {
        var release = new ulong[segments];
        for (var i = 0; i < Math.Min(4, segments); i++)
            release[i] = VersionKey.SegmentOf(key, i);
        return new VersionParts(0, release, Pre, Post, Dev, null);
    }

    private string Format()
    {
        var written = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[64]);
        if (Epoch > 0)
        {
            written.AppendFormatted(Epoch);
            written.AppendLiteral("!");
        }

        for (var i = 0; i < segments; i++)
        {
            if (i > 0)
                written.AppendLiteral(".");
            written.AppendFormatted(ReleaseAt(i));
        }

        if (Pre is { } pre)
        {
            written.AppendLiteral(pre.Letter);
            written.AppendFormatted(pre.Number);
        }

        AppendNumbered(ref written, ".post", Post);
        AppendNumbered(ref written, ".dev", Dev);
        if (Local is { } local)
        {
            written.AppendLiteral("+");
            written.AppendLiteral(local);
        }

        return written.ToStringAndClear();
    }

    private static void AppendNumbered(ref DefaultInterpolatedStringHandler text, string word, ulong? number)
    {
        if (number is not { } value)
            return;
        text.AppendLiteral(word);
        text.AppendFormatted(value);
    }
}
