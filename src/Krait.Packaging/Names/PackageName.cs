using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Names;

/// <summary>A project's name, normalized as the name-normalization specification (PEP 503) demands; compared ordinally.</summary>
public sealed class PackageName : IEquatable<PackageName>, IComparable<PackageName>
{
    private PackageName(string value) => Value = value;

    /// <summary>The normalized name: lower case, runs of `-`, `_` and `.` folded to one `-`.</summary>
    public string Value { get; }

    /// <summary>Parses and normalizes a name.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out PackageName? name,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        name = NameSyntax.TryNormalize(text, "package", out var value, out error) ? new PackageName(value) : null;
        return name is not null;
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a valid name.</exception>
    public static PackageName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException(error.Message);

    /// <summary>The name in a distribution's file name, which is normalized but never refused: the file's project is what it is.</summary>
    internal static PackageName FromFileName(ReadOnlySpan<char> text) => new(NameSyntax.Fold(text));

    public bool Equals(PackageName? other) =>
        other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as PackageName);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(PackageName? other) => string.CompareOrdinal(Value, other?.Value);

    public override string ToString() => Value;

    public static bool operator ==(PackageName? left, PackageName? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(PackageName? left, PackageName? right) => !(left == right);

    public static bool operator <(PackageName left, PackageName right) => left.CompareTo(right) < 0;

    public static bool operator >(PackageName left, PackageName right) => left.CompareTo(right) > 0;

    public static bool operator <=(PackageName left, PackageName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PackageName left, PackageName right) => left.CompareTo(right) >= 0;
}
