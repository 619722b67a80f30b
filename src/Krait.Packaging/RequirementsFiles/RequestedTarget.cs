using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>
/// What a line of a requirements file, or an argument of a command, asks for: a named requirement, or a URL or path that need not say
/// what it holds (pip's requirement specifiers).
/// </summary>
/// <param name="Verbatim">The text as the user wrote it, which output repeats.</param>
public abstract record RequestedTarget(string Verbatim)
{
    /// <summary>A requirement with a name.</summary>
    public sealed record Named(string Verbatim, Requirement Requirement) : RequestedTarget(Verbatim);

    /// <summary>A URL, or a path, that stands alone.</summary>
    public sealed record Unnamed(string Verbatim, string Location) : RequestedTarget(Verbatim)
    {
        /// <summary>Whether <see cref="Location"/> is a path of the local system, not a URL.</summary>
        public bool IsPath { get; init; }

        /// <summary>The version control system that the URL's scheme names before its `+`, or null.</summary>
        public string? Vcs { get; init; }

        /// <summary>The project's name, if a wheel's file name or `#egg=` says it; otherwise only its metadata does.</summary>
        public PackageName? Name { get; init; }

        /// <summary>The extras in brackets behind the path or URL.</summary>
        public ImmutableArray<ExtraName> Extras { get; init; } = [];

        /// <summary>The folder of the project, from `#subdirectory=`.</summary>
        public string? Subdirectory { get; init; }

        /// <summary>When the requirement holds.</summary>
        public Marker Marker { get; init; }

        /// <summary>Whether the project's code is to be used in place.</summary>
        public bool IsEditable { get; init; }

        public bool Equals(Unnamed? other) =>
            other is not null
            && string.Equals(Location, other.Location, StringComparison.Ordinal)
            && Marker == other.Marker
            && IsEditable == other.IsEditable
            && Extras.SequenceEqual(other.Extras);

        public override int GetHashCode() => HashCode.Combine(Location, Marker, IsEditable);
    }

    /// <summary>Reads a line of a requirements file.</summary>
    public static bool TryParse(
        RequirementsLine.Requested line,
        [NotNullWhen(true)] out RequestedTarget? target,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        // pip passes over what follows an editable's path; a marker there is meant as one.
        var text = line.IsEditable && line.Rest.StartsWith(';') ? $"{line.Text} {line.Rest}" : line.Text;
        var isRead = TryParse(text, line.Verbatim, line.IsEditable, out target, out error);
        error = error?.In(line.Source, line.Number);
        return isRead;
    }

    /// <summary>Reads an argument of a command.</summary>
    /// <param name="text">The text, with variables expanded.</param>
    /// <param name="verbatim">The text as the user wrote it.</param>
    /// <param name="isEditable">Whether `-e` stood before it.</param>
    /// <param name="target">What it asks for.</param>
    /// <param name="error">Why it cannot be read.</param>
    public static bool TryParse(
        string text,
        string verbatim,
        bool isEditable,
        [NotNullWhen(true)] out RequestedTarget? target,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        target = null;
        text = text.Trim();
        if (!isEditable && !UnnamedReader.IsUnnamed(text))
        {
            if (Requirement.TryParse(text, out var requirement, out error))
                target = new Named(verbatim, requirement);
            return target is not null;
        }

        target = UnnamedReader.Read(text, verbatim, isEditable, out error);
        return target is not null;
    }
}
