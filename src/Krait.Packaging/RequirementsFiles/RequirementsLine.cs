using System.Collections.Immutable;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>A line of a requirements file that says something (pip's requirements file format).</summary>
/// <param name="Source">The file's path or URL, as messages call it.</param>
/// <param name="Number">The 1-based number of its first physical line.</param>
public abstract record RequirementsLine(string Source, int Number)
{
    /// <summary>Something to install, or a limit on it.</summary>
    /// <param name="Text">A requirement, path or URL, with variables expanded and options cut off.</param>
    public sealed record Requested(string Source, int Number, string Text) : RequirementsLine(Source, Number)
    {
        /// <summary>The same text as it is written, with its variables.</summary>
        public string Verbatim { get; init; } = Text;

        /// <summary>Whether it is to be installed in place (`-e`).</summary>
        public bool IsEditable { get; init; }

        /// <summary>Whether it only limits versions, because a constraints file says it.</summary>
        public bool IsConstraint { get; init; }

        /// <summary>What follows an editable's path: pip passes over it, it may hold a marker.</summary>
        public string Rest { get; init; } = "";

        /// <summary>Allowed digests of the file, as `algorithm:hexadecimal`, in order.</summary>
        public ImmutableArray<string> Hashes { get; init; } = [];

        /// <summary>Settings for the build backend, as `KEY=VALUE`, in order.</summary>
        public ImmutableArray<string> ConfigSettings { get; init; } = [];

        /// <summary>Options for a legacy `setup.py`.</summary>
        public ImmutableArray<string> GlobalOptions { get; init; } = [];
    }

    /// <summary>Options for the whole run.</summary>
    /// <param name="Options">The options that the line sets.</param>
    public sealed record Configured(string Source, int Number, LineOptions Options) : RequirementsLine(Source, Number);

    /// <summary>Another file to read in this place.</summary>
    /// <param name="Target">Its path or URL as it is written, with variables expanded.</param>
    /// <param name="IsConstraints">Whether what it says only limits versions (`-c`).</param>
    public sealed record Included(string Source, int Number, string Target, bool IsConstraints)
        : RequirementsLine(Source, Number);
}
