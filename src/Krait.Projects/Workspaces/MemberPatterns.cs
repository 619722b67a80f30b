using System.Collections.Immutable;

namespace Krait.Projects.Workspaces;

/// <summary>The patterns of `members` and `exclude`, for whoever adds a member.</summary>
public static class MemberPatterns
{
    /// <summary>Whether a directory fits one of the patterns.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="root">The directory that they start from.</param>
    /// <param name="folder">An absolute path.</param>
    public static bool Cover(ImmutableArray<string> patterns, string root, string folder) =>
        patterns.Any(pattern => new PathPattern(pattern).Matches(root, folder));
}
