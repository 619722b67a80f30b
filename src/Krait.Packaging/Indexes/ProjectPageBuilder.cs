using System.Runtime.InteropServices;
using System.Text;
using Krait.Packaging.Memory;
using Krait.Packaging.Names;

namespace Krait.Packaging.Indexes;

/// <summary>Collects the files of a page as they are read, in any order, and lays them out as a flat page with versions ascending.</summary>
/// <param name="project">The project whose files are offered.</param>
/// <param name="baseUrl">What relative URLs are relative to.</param>
/// <param name="bodyLength">How long the text of the page is, from which the room is guessed that its files need.</param>
internal sealed class ProjectPageBuilder(PackageName project, string baseUrl, int bodyLength = 0)
{
    /// <summary>So many skipped files are remembered by name; the rest is counted.</summary>
    private const int MaximumSkips = 200;

    private const int MaximumText = ushort.MaxValue;

    private readonly FileNameReader names = new(project);
    private readonly Utf8Pool requires = new();
    private readonly List<FlatSkip> skips = [];
    private FlatFile[] files = Rented<FlatFile>.Take(16 + (bodyLength / 300));
    private byte[] blob = Rented<byte>.Take(4096 + (bodyLength / 3));
    private int fileCount;
    private int blobLength;
    private int skipTotal;

    public void Skip(ReadOnlySpan<byte> fileName, SkipReason reason)
    {
        skipTotal += reason is SkipReason.InvalidRequiresPython ? 0 : 1;
        if (skips.Count == MaximumSkips)
            return;
        fileName = fileName[..Math.Min(fileName.Length, 200)];
        skips.Add(
            new FlatSkip
            {
                Start = Append(fileName),
                Length = (ushort)fileName.Length,
                Reason = (ushort)reason,
            }
        );
    }

    public void Add(scoped ref FileDraft draft)
    {
        if (FaultOf(ref draft) is { } fault)
        {
            Skip(draft.FileName, fault);
            return;
        }

        if (names.Read(draft.FileName, out var version, out var tags) is { } reason)
        {
            Skip(draft.FileName, reason);
            return;
        }

        if (fileCount == files.Length)
            Grow(ref files, fileCount, fileCount * 2);
        ref var file = ref files[fileCount++];
        file = default;
        file.VersionIndex = version;
        file.Tags = tags;
        file.Flags = draft.Flags;
        if (tags > 0)
            file.Flags |= FlatFileFlags.IsWheel;
        file.Size = draft.Size;
        file.UploadTicks = draft.UploadTicks;
        file.Sha256 = draft.Sha256;
        file.MetadataSha256 = draft.MetadataSha256;
        file.Requires = RequiresOf(draft.RequiresPython, draft.FileName);
        AppendTexts(ref file, ref draft);
    }

    private static SkipReason? FaultOf(scoped ref FileDraft draft)
    {
        if (draft.FileName.IsEmpty)
            return SkipReason.WrongFileName;
        if (draft.Url.IsEmpty)
            return SkipReason.WrongUrl;
        return Math.Max(draft.FileName.Length, draft.Url.Length) > MaximumText ? SkipReason.TooLong : null;
    }

    private void AppendTexts(ref FlatFile file, scoped ref FileDraft draft)
    {
        file.UrlStart = Append(draft.Url);
        file.UrlLength = (ushort)draft.Url.Length;
        if (!UrlText.IsAbsolute(draft.Url))
            file.Flags |= FlatFileFlags.IsRelativeUrl;
        // Nearly every URL ends with the file's name, which then needs no bytes of its own.
        file.NameStart = draft.Url.EndsWith(draft.FileName)
            ? file.UrlStart + draft.Url.Length - draft.FileName.Length
            : Append(draft.FileName);
        file.NameLength = (ushort)draft.FileName.Length;
        if (!draft.YankedReason.IsEmpty)
        {
            file.YankedLength = (ushort)Math.Min(draft.YankedReason.Length, MaximumText);
            file.YankedStart = Append(draft.YankedReason[..file.YankedLength]);
        }

        (file.OtherHashesStart, file.OtherHashesLength) = AppendHashes(draft.OtherHashes);
        (file.OtherMetadataHashesStart, file.OtherMetadataHashesLength) = AppendHashes(draft.OtherMetadataHashes);
    }

    /// <summary>Of more hashes than fit, the cut last one is malformed, and makes the file unusable: none is dropped silently.</summary>
    private (int Start, ushort Length) AppendHashes(ReadOnlySpan<byte> hashes)
    {
        if (hashes.IsEmpty)
            return default;
        var kept = hashes[..Math.Min(hashes.Length, MaximumText)];
        return (Append(kept), (ushort)kept.Length);
    }

    private int RequiresOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> fileName)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
            return 0;
        var id = requires.Find(text);
        if (id < 0)
        {
            id = requires.Add(text);
            if (ProjectPage.ReadRequiresPython(Encoding.UTF8.GetString(text)) is null)
                Skip(fileName, SkipReason.InvalidRequiresPython);
        }

        return id + 1;
    }

    private int Append(ReadOnlySpan<byte> text)
    {
        if (blob.Length - blobLength < text.Length)
            Grow(ref blob, blobLength, Math.Max(blob.Length * 2, blobLength + text.Length));
        text.CopyTo(blob.AsSpan(blobLength));
        blobLength += text.Length;
        return blobLength - text.Length;
    }

    private static void Grow<T>(ref T[] rented, int used, int length)
        where T : unmanaged
    {
        var larger = Rented<T>.Take(length);
        rented.AsSpan(0, used).CopyTo(larger);
        Rented<T>.Return(rented);
        rented = larger;
    }

    private FlatText AppendText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new FlatText { Start = Append(bytes), Length = bytes.Length };
    }

    /// <summary>Lays the page out; the builder is used up.</summary>
    public ProjectPage Build()
    {
        var versions = NumberVersions();
        var order = OrderFiles(versions.Count);
        DropDuplicates(ref order);
        var flatVersions = PlaceVersions(versions, order);
        var requiresTexts = TextsOf(this.requires);
        var tags = TextsOf(names.Tags);
        var header = new FlatHeader
        {
            Magic = FlatPage.Magic,
            Format = FlatPage.Format,
            VersionCount = flatVersions.Length,
            FileCount = order.Length,
            RequiresCount = requiresTexts.Length,
            TagsCount = tags.Length,
            SkipCount = skips.Count,
            SkipTotal = skipTotal,
            Name = AppendText(project.Value),
            BaseUrl = AppendText(baseUrl),
            BlobLength = blobLength,
        };
        return Write(ref header, flatVersions, order, requiresTexts, tags);
    }

    /// <summary>
    /// Gives the files their version's place in ascending order. Texts that spell the same version (`1.0`, `1.0.0`) share a place,
    /// and the ordinally first of their normalized texts, so that the order of the page does not matter.
    /// </summary>
    private List<Version> NumberVersions()
    {
        var texts = new List<(Version Version, int Id)>();
        for (var id = 0; id < names.Versions.Count; id++)
        {
            if (names.Versions[id] is { } version)
                texts.Add((version, id));
        }

        texts.Sort(static (a, b) => a.Version.CompareTo(b.Version));
        var places = new int[names.Versions.Count];
        var versions = new List<Version>();
        foreach (var (version, id) in texts)
        {
            if (versions.Count == 0 || versions[^1].CompareTo(version) != 0)
                versions.Add(version);
            else if (string.CompareOrdinal(version.ToString(), versions[^1].ToString()) < 0)
                versions[^1] = version;
            places[id] = versions.Count - 1;
        }

        foreach (ref var file in files.AsSpan(0, fileCount))
            file.VersionIndex = places[file.VersionIndex];
        return versions;
    }

    /// <summary>The files by version, wheels before source distributions, then by name.</summary>
    private int[] OrderFiles(int versionCount)
    {
        var starts = new int[versionCount + 1];
        for (var i = 0; i < fileCount; i++)
            starts[files[i].VersionIndex + 1]++;
        for (var v = 0; v < versionCount; v++)
            starts[v + 1] += starts[v];
        var order = new int[fileCount];
        var next = starts.AsSpan(0, versionCount).ToArray();
        for (var i = 0; i < fileCount; i++)
            order[next[files[i].VersionIndex]++] = i;
        for (var v = 0; v < versionCount; v++)
        {
            var group = order.AsSpan(starts[v], starts[v + 1] - starts[v]);
            if (group.Length > 1)
                group.Sort(CompareFiles);
        }

        return order;
    }

    private int CompareFiles(int left, int right)
    {
        ref var a = ref files[left];
        ref var b = ref files[right];
        var kinds = (b.Flags & FlatFileFlags.IsWheel).CompareTo(a.Flags & FlatFileFlags.IsWheel);
        if (kinds != 0)
            return kinds;
        var order = NameOf(ref a).SequenceCompareTo(NameOf(ref b));
        return order != 0
            ? order
            : blob.AsSpan(a.UrlStart, a.UrlLength).SequenceCompareTo(blob.AsSpan(b.UrlStart, b.UrlLength));
    }

    private ReadOnlySpan<byte> NameOf(ref FlatFile file) => blob.AsSpan(file.NameStart, file.NameLength);

    /// <summary>Of files of one name, the first by URL is offered.</summary>
    private void DropDuplicates(ref int[] order)
    {
        var kept = 0;
        for (var i = 0; i < order.Length; i++)
        {
            ref var file = ref files[order[i]];
            if (kept > 0 && NameOf(ref file).SequenceEqual(NameOf(ref files[order[kept - 1]])))
                Skip(NameOf(ref file), SkipReason.Duplicate);
            else
                order[kept++] = order[i];
        }

        if (kept < order.Length)
            Array.Resize(ref order, kept);
    }

    private FlatVersion[] PlaceVersions(List<Version> versions, int[] order)
    {
        var placed = new List<FlatVersion>(versions.Count);
        var previous = -1;
        for (var i = 0; i < order.Length; i++)
        {
            ref var file = ref files[order[i]];
            if (file.VersionIndex != previous)
            {
                previous = file.VersionIndex;
                placed.Add(new FlatVersion { Text = AppendText(versions[previous].ToString()), FileStart = i });
            }

            // Versions whose only files were skipped have no place.
            file.VersionIndex = placed.Count - 1;
            CollectionsMarshal.AsSpan(placed)[^1].FileCount++;
        }

        return [.. placed];
    }

    private FlatText[] TextsOf(Utf8Pool pool)
    {
        var texts = new FlatText[pool.Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = new FlatText { Start = Append(pool[i]), Length = pool[i].Length };
        return texts;
    }

    private ProjectPage Write(
        ref FlatHeader header,
        FlatVersion[] versions,
        int[] order,
        FlatText[] requires,
        FlatText[] tags
    )
    {
        var layout = FlatLayout.Of(header);
        var flat = GC.AllocateUninitializedArray<byte>(checked((int)layout.Total));
        header.TotalLength = (ulong)flat.Length;
        MemoryMarshal.AsBytes(versions.AsSpan()).CopyTo(flat.AsSpan(layout.Versions));
        var ordered = MemoryMarshal.Cast<byte, FlatFile>(flat.AsSpan(layout.Files, order.Length * FlatLayout.FileSize));
        for (var i = 0; i < order.Length; i++)
            ordered[i] = this.files[order[i]];
        MemoryMarshal.AsBytes(requires.AsSpan()).CopyTo(flat.AsSpan(layout.Requires));
        MemoryMarshal.AsBytes(tags.AsSpan()).CopyTo(flat.AsSpan(layout.Tags));
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(skips)).CopyTo(flat.AsSpan(layout.Skips));
        blob.AsSpan(0, blobLength).CopyTo(flat.AsSpan(layout.Blob));
        MemoryMarshal.Write(flat, in header);
        header.Checksum = FlatPage.Checksum(flat.AsSpan(FlatPage.ChecksumEnd));
        MemoryMarshal.Write(flat, in header);
        Rented<FlatFile>.Return(this.files);
        Rented<byte>.Return(blob);
        (this.files, blob) = ([], []);
        return ProjectPage.OfTrusted(flat);
    }
}
