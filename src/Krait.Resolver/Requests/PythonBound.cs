namespace Krait.Resolver.Requests;

/// <summary>The lowest Python of a range.</summary>
/// <param name="Version">Its release.</param>
/// <param name="IsIncluded">Whether that release itself belongs to the range.</param>
internal readonly record struct PythonBound(Version Version, bool IsIncluded) : IComparable<PythonBound>
{
    public int CompareTo(PythonBound other) =>
        Version.CompareTo(other.Version) is not 0 and var order ? order : other.IsIncluded.CompareTo(IsIncluded);

    public static bool operator <(PythonBound left, PythonBound right) => left.CompareTo(right) < 0;

    public static bool operator >(PythonBound left, PythonBound right) => left.CompareTo(right) > 0;

    public static bool operator <=(PythonBound left, PythonBound right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PythonBound left, PythonBound right) => left.CompareTo(right) >= 0;
}
