using System.Collections.Immutable;

namespace Krait.Projects.Pipenv;

/// <summary>Where a package of a Pipfile or its lock comes from, when that is not an index.</summary>
/// <param name="Key">The key that says it: `path`, `file`, or the name of a version control system.</param>
/// <param name="Text">The path or URL, with variables as they are written.</param>
public sealed record PipfilePlace(string Key, string Text)
{
    /// <summary>The version control systems that have keys.</summary>
    public static ImmutableArray<string> Systems { get; } = ["git", "hg", "svn", "bzr"];

    /// <summary>The branch, tag or commit of a repository; null for its default branch.</summary>
    public string? Reference { get; init; }

    /// <summary>The directory of the project inside a repository; null for its root.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Whether it is a repository.</summary>
    public bool IsRepository => Systems.Contains(Key, StringComparer.Ordinal);

    /// <summary>It as a line of a requirements file.</summary>
    /// <param name="name">The package.</param>
    /// <param name="extras">Its extras in brackets, or nothing.</param>
    public string ToRequirement(string name, string extras) => $"{name}{extras} @ {Address(fragment: null)}";

    /// <summary>What stands behind `-e` in a requirements file.</summary>
    /// <param name="name">The package.</param>
    /// <param name="extras">Its extras in brackets, or nothing.</param>
    public string ToEditable(string name, string extras) =>
        IsRepository ? Address($"egg={name}{extras}") : Text + extras;

    private string Address(string? fragment)
    {
        if (!IsRepository)
            return Text;
        var address = Text.StartsWith(Key + "+", StringComparison.Ordinal) ? Text : $"{Key}+{Text}";
        if (Reference is not null)
            address += "@" + Reference;
        var parts = new[] { fragment, Subdirectory is null ? null : "subdirectory=" + Subdirectory };
        var fragments = string.Join('&', parts.OfType<string>());
        return fragments.Length == 0 ? address : $"{address}#{fragments}";
    }
}
