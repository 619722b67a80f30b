namespace Krait.Packaging.Versions;

/// <summary>Which versions a requirement accepts that is written for a version that was chosen.</summary>
public enum VersionBound
{
    /// <summary>That version and all newer ones (`>=1.2.3`).</summary>
    Lower,

    /// <summary>Up to the next major version (`>=1.2.3,&lt;2.0.0`; below 1.0 the minor one counts).</summary>
    Major,

    /// <summary>Up to the next minor version (`>=1.2.3,&lt;1.3.0`).</summary>
    Minor,

    /// <summary>Only that version (`==1.2.3`).</summary>
    Exact,
}

/// <summary>Writes bounds.</summary>
public static class VersionBounds
{
    /// <summary>The specifiers for a version. A local label is dropped: other builds of the version are as good.</summary>
    public static string For(this VersionBound bound, Version version)
    {
        version = version.WithoutLocal();
        return bound switch
        {
            VersionBound.Exact => $"=={version}",
            VersionBound.Major => $">={version},<{Above(version, FirstNonZero(version) ?? 1)}",
            VersionBound.Minor => $">={version},<{Above(version, MinorPlace(version))}",
            _ => $">={version}",
        };
    }

    /// <summary>Where only zeros are above the minor number, the last of them that can grow counts.</summary>
    private static int MinorPlace(Version version) =>
        FirstNonZero(version) is { } first ? Math.Max(first, Math.Min(first + 1, 2)) : 2;

    private static int? FirstNonZero(Version version)
    {
        for (var i = 0; i < version.ReleaseLength; i++)
        {
            if (version.ReleaseAt(i) != 0)
                return i;
        }

        return null;
    }

    /// <summary>The first release in which the number at a place is greater, written with as many numbers.</summary>
    private static Version Above(Version version, int place)
    {
        var release = new ulong[Math.Max(version.ReleaseLength, place + 1)];
        for (var i = 0; i <= place; i++)
            release[i] = version.ReleaseAt(i);
        release[place]++;
        var text = string.Join('.', release);
        return Version.Parse(version.Epoch == 0 ? text : $"{version.Epoch}!{text}");
    }
}
