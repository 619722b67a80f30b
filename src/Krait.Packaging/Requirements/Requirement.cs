using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Requirements;

/// <summary>A requirement on a distribution (dependency specifiers specification, PEP 508): name, extras, versions or URL, marker.</summary>
public sealed class Requirement : IEquatable<Requirement>
{
    /// <summary>A requirement of the given parts.</summary>
    public Requirement(PackageName name) => Name = name;

    /// <summary>The project.</summary>
    public PackageName Name { get; init; }

    /// <summary>The extras in brackets, each once, as ordered in the text.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>The accepted versions; null where none are stated.</summary>
    public SpecifierSet? Specifiers { get; init; }

    /// <summary>The URL after `@`, verbatim; null where there is none.</summary>
    public string? Url { get; init; }

    /// <summary>When the requirement holds.</summary>
    public Marker Marker { get; init; }

    /// <summary>Whether a marker is written, be it one that always holds.</summary>
    public bool HasMarker { get; init; }

    /// <summary>Parses a requirement.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Requirement? requirement,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var reader = new RequirementReader(text);
        requirement = reader.Read();
        error = requirement is null ? reader.Error : null;
        return requirement is not null;
    }

    /// <summary>
    /// Parses a requirement of published metadata, where older spellings of version specifiers are repaired; the warning says
    /// how.
    /// </summary>
    public static bool TryParseLenient(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Requirement? requirement,
        out Diagnostic? warning,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        warning = null;
        return TryParse(text, out requirement, out error)
            || RequirementRepair.TryParse(text, out requirement, out warning, ref error);
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a requirement.</exception>
    public static Requirement Parse(string text) =>
        TryParse(text, out var requirement, out var error) ? requirement : throw new FormatException(error.Message);

    /// <summary>This requirement under another marker.</summary>
    public Requirement WithMarker(Marker marker) =>
        new(Name)
        {
            Extras = Extras,
            Specifiers = Specifiers,
            Url = Url,
            Marker = marker,
            HasMarker = !marker.IsTrue,
        };

    /// <summary>This requirement from another place.</summary>
    public Requirement WithUrl(string url) =>
        new(Name)
        {
            Extras = Extras,
            Url = url,
            Marker = Marker,
            HasMarker = HasMarker,
        };

    /// <summary>Equality of meaning: the order of extras and clauses and the wording of the marker do not count.</summary>
    public bool Equals(Requirement? other)
    {
        if (other is null)
            return false;
        return Name == other.Name
            && Marker == other.Marker
            && string.Equals(Url, other.Url, StringComparison.Ordinal)
            && (Specifiers ?? SpecifierSet.Any).Equals(other.Specifiers ?? SpecifierSet.Any)
            && Extras.Length == other.Extras.Length
            && Extras.Order().SequenceEqual(other.Extras.Order());
    }

    public override bool Equals(object? obj) => Equals(obj as Requirement);

    public override int GetHashCode() => HashCode.Combine(Name, Marker, Specifiers ?? SpecifierSet.Any, Extras.Length);

    /// <summary>The requirement in normal form: `name[extra]>=1,&lt;2 ; sys_platform == 'win32'`.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name.Value);
        if (!Extras.IsEmpty)
            text.Append('[').AppendJoin(',', Extras.Order()).Append(']');
        if (Url is not null)
            text.Append(" @ ").Append(Url);
        else
            text.Append(Specifiers);
        if (Marker.ToText() is { } marker)
            text.Append(" ; ").Append(marker);
        return text.ToString();
    }
}
