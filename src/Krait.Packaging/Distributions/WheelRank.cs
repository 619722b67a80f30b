namespace Krait.Packaging.Distributions;

/// <summary>
/// How good a wheel of a version is for a machine; the lowest is the best. Tags decide first; between equal tags the higher build, none
/// being the lowest (binary distribution format): a second build is how a publisher repairs a wheel.
/// </summary>
/// <param name="Tags">The rank of its best tag, 0 being the best.</param>
/// <param name="Build">The build part of its name.</param>
public readonly record struct WheelRank(int Tags, BuildTag? Build) : IComparable<WheelRank>
{
    /// <summary>A wheel's rank; null where the machine does not accept it.</summary>
    /// <param name="wheel">The wheel.</param>
    /// <param name="tags">The rank of its best tag; null where none is accepted.</param>
    public static WheelRank? Of(WheelFileName wheel, int? tags) =>
        tags is { } rank ? new WheelRank(rank, wheel.Build) : null;

    public int CompareTo(WheelRank other) =>
        Tags != other.Tags ? Tags.CompareTo(other.Tags) : Nullable.Compare(other.Build, Build);

    public static bool operator <(WheelRank left, WheelRank right) => left.CompareTo(right) < 0;

    public static bool operator >(WheelRank left, WheelRank right) => left.CompareTo(right) > 0;

    public static bool operator <=(WheelRank left, WheelRank right) => left.CompareTo(right) <= 0;

    public static bool operator >=(WheelRank left, WheelRank right) => left.CompareTo(right) >= 0;
}
