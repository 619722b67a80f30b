using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Indexes;

/// <summary>
/// The files of one project on one index (simple repository API, PEP 503 and 691), as one flat buffer: what a cache stores is what
/// memory holds. Versions ascend; nothing is parsed before it is asked for. Safe for use by several threads.
/// </summary>
public sealed class ProjectPage
{
    private readonly ReadOnlyMemory<byte> flat;
    private readonly FlatHeader header;
    private readonly FlatLayout layout;
    private readonly Version?[] versions;
    private readonly RequiresPythonText?[] requires;
    private string? baseUrl;

    private ProjectPage(ReadOnlyMemory<byte> flat, FlatHeader header)
    {
        this.flat = flat;
        this.header = header;
        layout = FlatLayout.Of(header);
        versions = new Version?[header.VersionCount];
        requires = new RequiresPythonText?[header.RequiresCount];
    }

    /// <summary>The whole page in its binary form.</summary>
    public ReadOnlyMemory<byte> Flat => flat;

    /// <summary>The project's normalized name.</summary>
    public string ProjectName => TextOf(header.Name);

    /// <summary>The URL that relative file URLs are resolved against.</summary>
    public string BaseUrl => baseUrl ??= TextOf(header.BaseUrl);

    /// <summary>How many versions have files.</summary>
    public int VersionCount => header.VersionCount;

    /// <summary>How many files are offered.</summary>
    public int FileCount => header.FileCount;

    /// <summary>How many distinct sets of wheel tags there are; see <see cref="IndexFile.TagsNumber"/>.</summary>
    public int TagsCount => header.TagsCount;

    /// <summary>How many files were skipped.</summary>
    public int SkippedCount => header.SkipTotal;

    /// <summary>The skipped files with their reasons; of very many, only the first.</summary>
    public ImmutableArray<Diagnostic> Skipped =>
        [
            .. Enumerable
                .Range(0, header.SkipCount)
                .Select(i => SkipMessage.Of(SkippedName(i), SkippedReason(i)).In(BaseUrl)),
        ];

    /// <summary>How many of the remembered skipped files have a reason.</summary>
    public int CountSkipped(SkipReason reason) =>
        Enumerable.Range(0, header.SkipCount).Count(i => SkippedReason(i) == reason);

    /// <summary>Reads a page in the JSON form (PEP 691).</summary>
    public static bool TryParseJson(
        ReadOnlySpan<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    ) => JsonPageReader.TryRead(body, pageUrl, project, out page, out error);

    /// <summary>Reads a page in the JSON form (PEP 691) as it is made, without having it all in memory.</summary>
    /// <param name="fill">Writes the next bytes of the page; fewer than there is room for only at the end. What it throws is passed on.</param>
    /// <param name="length">About how many bytes there are.</param>
    /// <param name="pageUrl">Where the page came from, which relative URLs are relative to.</param>
    /// <param name="project">The project whose files are wanted.</param>
    /// <param name="page">The page.</param>
    /// <param name="error">What is wrong with it.</param>
    public static bool TryParseJson(
        Func<Span<byte>, int> fill,
        int length,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    ) => JsonPageReader.TryRead(fill, length, pageUrl, project, out page, out error);

    /// <summary>Reads a page in the HTML form (PEP 503), or the files of one project from an HTML page of links to many.</summary>
    public static bool TryParseHtml(
        ReadOnlySpan<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    ) => HtmlPageReader.TryRead(body, pageUrl, project, out page, out error);

    /// <summary>The files of one project among those of a folder; the others are left out.</summary>
    /// <param name="folderUrl">The folder's `file:` URL, ending with `/`.</param>
    /// <param name="project">The project to look for.</param>
    /// <param name="files">Names and sizes of the folder's files.</param>
    public static ProjectPage FromFiles(
        string folderUrl,
        PackageName project,
        IEnumerable<(string FileName, long? Size)> files
    )
    {
        var builder = new ProjectPageBuilder(project, folderUrl);
        foreach (var (fileName, size) in files)
        {
            var draft = new FileDraft
            {
                FileName = Encoding.UTF8.GetBytes(fileName),
                Url = Encoding.UTF8.GetBytes(Uri.EscapeDataString(fileName)),
                Size = size ?? 0,
                Flags = size is null ? FlatFileFlags.None : FlatFileFlags.HasSize,
            };
            builder.Add(ref draft);
        }

        return builder.Build();
    }

    /// <summary>
    /// Opens a flat page, as a cache kept it. Answers false for anything that is not whole: another format, a wrong length, bytes
    /// that do not match their checksum. Reading never leaves the buffer, whatever is in it.
    /// </summary>
    /// <param name="flat">The bytes, which must not change while the page is used.</param>
    /// <param name="page">The page.</param>
    /// <param name="verify">Whether to compare the checksum, which reads the whole buffer; without, only the header is checked.</param>
    public static bool TryOpen(ReadOnlyMemory<byte> flat, [NotNullWhen(true)] out ProjectPage? page, bool verify = true)
    {
        page = null;
        var bytes = flat.Span;
        if (bytes.Length < FlatLayout.HeaderSize)
            return false;
        var read = MemoryMarshal.Read<FlatHeader>(bytes);
        if (
            read.Magic != FlatPage.Magic
            || read.Format != FlatPage.Format
            || read.Reserved != 0
            || read.TotalLength != (ulong)bytes.Length
        )
        {
            return false;
        }

        var smallest = Math.Min(
            Math.Min(read.VersionCount, read.FileCount),
            Math.Min(read.RequiresCount, read.TagsCount)
        );
        if (
            Math.Min(smallest, Math.Min(read.SkipCount, read.BlobLength)) < 0
            || FlatLayout.Of(read).Total != bytes.Length
        )
        {
            return false;
        }

        if (verify && FlatPage.Checksum(bytes[FlatPage.ChecksumEnd..]) != read.Checksum)
            return false;
        page = new ProjectPage(flat, read);
        return true;
    }

    /// <summary>Opens a page that was just built.</summary>
    internal static ProjectPage OfTrusted(byte[] flat) => new(flat, MemoryMarshal.Read<FlatHeader>(flat));

    /// <summary>A version by its place; places ascend with the versions.</summary>
    public Version VersionAt(int index) => versions[index] ??= ReadVersion(index);

    /// <summary>The place of a version, or a negative number.</summary>
    public int IndexOf(Version version)
    {
        var (low, high) = (0, VersionCount - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = VersionAt(middle).CompareTo(version);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>The files of a version: their first place and how many there are; wheels come before source distributions.</summary>
    public (int Start, int Count) FilesOf(int versionIndex)
    {
        var version = Record<FlatVersion>(layout.Versions, VersionCount, versionIndex);
        var start = Math.Clamp(version.FileStart, 0, FileCount);
        return (start, Math.Clamp(version.FileCount, 0, FileCount - start));
    }

    /// <summary>A file by its place.</summary>
    public IndexFile FileAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)FileCount, nameof(index));
        return new IndexFile(this, index);
    }

    /// <summary>The tags of a wheel's name as text, with the build part (`cp312-cp312-win_amd64`); numbers start at 1.</summary>
    public string TagsText(int number)
    {
        var text = Encoding.UTF8.GetString(TagBytes(number));
        return text.Length > 5 ? text[1..^4] : text;
    }

    /// <summary>The end of a wheel's name, from the build part or the tags on.</summary>
    internal ReadOnlySpan<byte> TagBytes(int number)
    {
        var text = Record<FlatText>(layout.Tags, TagsCount, number - 1);
        return BytesOf(text.Start, text.Length);
    }

    internal FlatFile Read(int index) => Record<FlatFile>(layout.Files, FileCount, index);

    internal RequiresPythonText? RequiresAt(int number)
    {
        if ((uint)(number - 1) >= (uint)requires.Length)
            return null;
        if (requires[number - 1] is { } known)
            return known;
        var text = TextOf(Record<FlatText>(layout.Requires, requires.Length, number - 1));
        return requires[number - 1] = new RequiresPythonText(text, ReadRequiresPython(text));
    }

    internal static SpecifierSet? ReadRequiresPython(string text) =>
        SpecifierSet.TryParseLenient(text, out var specifiers, out _, out _) ? specifiers : null;

    /// <summary>A text of the blob; empty where a damaged page points outside it.</summary>
    internal ReadOnlySpan<byte> BytesOf(int start, int length) =>
        (uint)start <= (uint)header.BlobLength && (uint)length <= (uint)(header.BlobLength - start)
            ? flat.Span.Slice(layout.Blob + start, length)
            : [];

    internal string StringOf(int start, int length) => Encoding.UTF8.GetString(BytesOf(start, length));

    private string TextOf(FlatText text) => StringOf(text.Start, text.Length);

    private Version ReadVersion(int index)
    {
        var text = Record<FlatVersion>(layout.Versions, VersionCount, index).Text;
        return Version.TryParse(BytesOf(text.Start, text.Length), out var version) ? version : Version.FromRelease(0);
    }

    private T Record<T>(int start, int count, int index)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        var size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        return MemoryMarshal.Read<T>(flat.Span.Slice(start + (index * size), size));
    }

    private string SkippedName(int index)
    {
        var skip = Record<FlatSkip>(layout.Skips, header.SkipCount, index);
        return StringOf(skip.Start, skip.Length);
    }

    private SkipReason SkippedReason(int index) =>
        (SkipReason)Record<FlatSkip>(layout.Skips, header.SkipCount, index).Reason;
}

/// <summary>A requires-python text and what it says; files share them.</summary>
internal sealed record RequiresPythonText(string Text, SpecifierSet? Specifiers);
