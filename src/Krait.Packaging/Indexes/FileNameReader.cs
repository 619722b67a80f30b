using System.Text;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;

namespace Krait.Packaging.Indexes;

/// <summary>
/// Reads the file names of one project from bytes, and remembers what it has checked: thousands of names of a page share their
/// project part, their tags and, in groups, their version. What is new is checked by the file names' own parsers.
/// </summary>
internal sealed class FileNameReader(PackageName project)
{
    private readonly byte[] projectName = Encoding.UTF8.GetBytes(project.Value);
    private readonly List<Version?> versions = [];
    private readonly Utf8Pool versionTexts = new();
    private byte[] checkedName = [];

    /// <summary>The versions by number; null for a text that is none.</summary>
    public IReadOnlyList<Version?> Versions => versions;

    /// <summary>The tag parts of wheels (`-cp312-cp312-win_amd64.whl`, with a build part where there is one) that were valid.</summary>
    public Utf8Pool Tags { get; } = new();

    /// <summary>Reads a name; answers the number of its version and of its tags (0 for a source distribution), or why not.</summary>
    public SkipReason? Read(ReadOnlySpan<byte> name, out int version, out int tags)
    {
        (version, tags) = (-1, 0);
        if (name.EndsWith(".whl"u8))
            return ReadWheel(name, out version, out tags);
        if (name.EndsWith(".tar.gz"u8))
            return ReadSdist(name[..^7], out version);
        if (name.EndsWith(".zip"u8))
            return ReadSdist(name[..^4], out version);
        if (name.Length > 512 || SdistFileName.ExtensionOf(Encoding.UTF8.GetString(name)) is not { } extension)
            return SkipReason.NotADistribution;
        return ReadSdist(name[..^extension.Length], out version);
    }

    private SkipReason? ReadWheel(ReadOnlySpan<byte> name, out int version, out int tags)
    {
        (version, tags) = (-1, 0);
        var nameEnd = name.IndexOf((byte)'-');
        var versionLength = nameEnd < 0 ? -1 : name[(nameEnd + 1)..].IndexOf((byte)'-');
        if (versionLength < 0 || name.Length > 4096)
            return SkipReason.InvalidFileName;
        var versionText = name.Slice(nameEnd + 1, versionLength);
        var suffix = name[(nameEnd + 1 + versionLength)..];
        var isChecked = name[..nameEnd].SequenceEqual(checkedName);
        tags = isChecked ? Tags.Find(suffix) + 1 : 0;
        if (tags == 0)
        {
            if (!WheelFileName.TryParse(Encoding.UTF8.GetString(name), out var wheel, out _))
                return SkipReason.InvalidFileName;
            if (wheel.Name != project)
                return SkipReason.OtherProject;
            checkedName = isChecked ? checkedName : name[..nameEnd].ToArray();
            tags = (Tags.Find(suffix) is >= 0 and var known ? known : Tags.Add(suffix)) + 1;
        }

        version = VersionOf(versionText);
        return versions[version] is null ? SkipReason.InvalidFileName : null;
    }

    private SkipReason? ReadSdist(ReadOnlySpan<byte> stem, out int version)
    {
        version = -1;
        var nameEnd = EndOfName(stem);
        if (nameEnd < 0)
            return SkipReason.OtherProject;
        version = VersionOf(stem[(nameEnd + 1)..]);
        return versions[version] is null ? SkipReason.InvalidFileName : null;
    }

    private int VersionOf(ReadOnlySpan<byte> text)
    {
        var id = versionTexts.Find(text);
        if (id >= 0)
            return id;
        versions.Add(text.Length <= 1024 && Version.TryParse(text, out var version) ? version : null);
        return versionTexts.Add(text);
    }

    /// <summary>The `-` before which the stem spells the project's name, whatever its case and separators.</summary>
    private int EndOfName(ReadOnlySpan<byte> stem)
    {
        var matched = 0;
        for (var i = 0; i < stem.Length; i++)
        {
            var c = stem[i];
            if (matched == projectName.Length && c == '-')
                return i;
            var isSeparator = c is (byte)'-' or (byte)'_' or (byte)'.';
            // A run of separators is one `-` of the normalized name.
            if (isSeparator && matched > 0 && projectName[matched - 1] == '-')
                continue;
            var folded = isSeparator ? (byte)'-' : (byte)(c is >= (byte)'A' and <= (byte)'Z' ? c | 0x20 : c);
            if (matched == projectName.Length || projectName[matched] != folded)
                return -1;
            matched++;
        }

        return -1;
    }
}
