using System.Runtime.CompilerServices;

namespace Krait.Packaging.Indexes;

/// <summary>Where the parts of a flat page lie, one behind the other, by the counts in its header.</summary>
internal readonly struct FlatLayout
{
    public static int HeaderSize => Unsafe.SizeOf<FlatHeader>();
    public static int VersionSize => Unsafe.SizeOf<FlatVersion>();
    public static int FileSize => Unsafe.SizeOf<FlatFile>();
    public static int TextSize => Unsafe.SizeOf<FlatText>();
    public static int SkipSize => Unsafe.SizeOf<FlatSkip>();

    public int Versions { get; private init; }
    public int Files { get; private init; }
    public int Requires { get; private init; }
    public int Tags { get; private init; }
    public int Skips { get; private init; }
    public int Blob { get; private init; }

    /// <summary>The length of the whole page; more than <see cref="int.MaxValue"/> if the counts are nonsense.</summary>
    public long Total { get; private init; }

    public static FlatLayout Of(FlatHeader header)
    {
        var files = (long)HeaderSize;
        var versions = files + ((long)header.FileCount * FileSize);
        var requires = versions + ((long)header.VersionCount * VersionSize);
        var tags = requires + ((long)header.RequiresCount * TextSize);
        var skips = tags + ((long)header.TagsCount * TextSize);
        var blob = skips + ((long)header.SkipCount * SkipSize);
        return new FlatLayout
        {
            Files = (int)files,
            Versions = (int)versions,
            Requires = (int)requires,
            Tags = (int)tags,
            Skips = (int)skips,
            Blob = (int)blob,
            Total = blob + header.BlobLength,
        };
    }
}
