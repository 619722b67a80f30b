using System.Collections.Immutable;

namespace Krait.Projects.Compiling;

/// <summary>One line of a compiled requirements file: a pinned package, why it is there, and what proves its files.</summary>
/// <param name="Name">The normalized name of the package, by which lines are ordered.</param>
/// <param name="Text">The requirement as it is written, without marker: `flask==3.1.3`, `pkg[extra] @ https://…`, `-e ./lib`.</param>
public sealed record PinnedRequirement(string Name, string Text)
{
    /// <summary>The pinned version, by which lines of one name are ordered; null where the line names a file or folder only.</summary>
    public Version? Version { get; init; }

    /// <summary>The marker under which the line holds, in its canonical text; empty where it always does.</summary>
    public string Marker { get; init; } = "";

    /// <summary>The digests of the release's files, as `sha256:…`.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>The packages that ask for it, by name.</summary>
    public ImmutableArray<string> Parents { get; init; } = [];

    /// <summary>The inputs that ask for it or limit it: `-r requirements.in`, `-c limits.txt`, `project (pyproject.toml)`.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>The address of the index it came from, without credentials; null where that is not wanted or unknown.</summary>
    public string? Index { get; init; }

    /// <summary>Whether the package is left out and only mentioned at the end (`--no-emit-package`).</summary>
    public bool IsOmitted { get; init; }
}
