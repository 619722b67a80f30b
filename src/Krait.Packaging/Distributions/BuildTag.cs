namespace Krait.Packaging.Distributions;

/// <summary>The build part of a wheel's file name, which orders wheels of one version: by number, then by text.</summary>
/// <param name="Number">The digits it starts with.</param>
/// <param name="Text">What follows them; often empty.</param>
public readonly record struct BuildTag(ulong Number, string Text) : IComparable<BuildTag>
{
    public int CompareTo(BuildTag other) =>
        Number != other.Number ? Number.CompareTo(other.Number) : string.CompareOrdinal(Text, other.Text);

    /// <summary>The build part as written.</summary>
    public override string ToString() => $"{Number}{Text}";

    public static bool operator <(BuildTag left, BuildTag right) => left.CompareTo(right) < 0;

    public static bool operator >(BuildTag left, BuildTag right) => left.CompareTo(right) > 0;

    public static bool operator <=(BuildTag left, BuildTag right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BuildTag left, BuildTag right) => left.CompareTo(right) >= 0;
}
