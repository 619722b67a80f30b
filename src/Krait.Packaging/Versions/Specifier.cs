using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Versions;

/// <summary>One clause of a version specifier (PEP 440): an operator and what it compares with.</summary>
public sealed class Specifier : IEquatable<Specifier>
{
    private readonly string? written;

    internal Specifier(SpecifierOperator specifierOperator, Version? version, string? written)
    {
        Operator = specifierOperator;
        Version = version;
        this.written = written;
    }

    /// <summary>A clause of an operator and a version; not of the arbitrary operator.</summary>
    public Specifier(SpecifierOperator specifierOperator, Version version)
        : this(specifierOperator, version, written: null) { }

    /// <summary>The comparison.</summary>
    public SpecifierOperator Operator { get; }

    /// <summary>What is compared with; null only for an arbitrary text (`===`) that is not a version.</summary>
    public Version? Version { get; }

    /// <summary>What follows the operator, as written.</summary>
    public string VersionText => written ?? NormalizedText;

    /// <summary>Whether the clause itself names a pre-release, and so lets pre-releases in.</summary>
    public bool MentionsPrerelease =>
        Version is { IsPrerelease: true }
        && Operator
            is not (SpecifierOperator.NotEqual or SpecifierOperator.NotEqualStar or SpecifierOperator.EqualStar);

    private string NormalizedText => Operator.IsStar() ? $"{Version}.*" : Version?.ToString() ?? "";

    /// <summary>Parses one clause, surrounding white space allowed.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Specifier? specifier,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var position = PythonText.SkipSpace(text, 0);
        error = null;
        if (SpecifierReader.TryRead(text, ref position, out specifier, out var problem))
        {
            position = PythonText.SkipSpace(text, position);
            if (position == text.Length)
                return true;
            problem = SpecifierReader.DescribeRest(text, position, specifier);
        }

        specifier = null;
        error = SpecifierReader.Describe(text, text, position, problem);
        return false;
    }

    /// <summary>The versions that the clause accepts. An arbitrary text accepts the version it spells, if it spells one.</summary>
    public VersionRanges ToRanges()
    {
        if (Operator != SpecifierOperator.Arbitrary)
            return VersionRanges.From(Operator, Version!); // only arbitrary clauses have no version
        return Version is null ? VersionRanges.Empty : VersionRanges.Singleton(Version);
    }

    /// <summary>Whether a version, given as written, satisfies the clause; `===` compares the text, letter case aside.</summary>
    public bool Matches(ReadOnlySpan<char> versionText)
    {
        if (Operator is SpecifierOperator.Arbitrary)
            return versionText.Equals(VersionText, StringComparison.OrdinalIgnoreCase);
        return Version.TryParse(versionText, out var version) && ToRanges().Contains(version);
    }

    /// <summary>Equality of meaning: `==1.0` and `== 1.0.0` are equal, but `~=1.0` and `~=1.0.0` are not.</summary>
    public bool Equals(Specifier? other)
    {
        if (other is null || Operator != other.Operator)
            return false;
        if (Operator is SpecifierOperator.Arbitrary)
            return string.Equals(VersionText, other.VersionText, StringComparison.OrdinalIgnoreCase);
        var lengthMatters = Operator.IsStar() || Operator is SpecifierOperator.Compatible;
        return Version == other.Version && (!lengthMatters || Version?.ReleaseLength == other.Version?.ReleaseLength);
    }

    public override bool Equals(object? obj) => Equals(obj as Specifier);

    public override int GetHashCode() =>
        Operator is SpecifierOperator.Arbitrary
            ? VersionText.GetHashCode(StringComparison.OrdinalIgnoreCase)
            : HashCode.Combine(Operator, Version);

    /// <summary>The clause in normal form: no spaces, the version normalized.</summary>
    public override string ToString() =>
        Operator is SpecifierOperator.Arbitrary ? $"==={VersionText}" : $"{Operator.ToSymbol()}{NormalizedText}";
}
