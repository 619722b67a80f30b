using Krait.Packaging.Indexes;

namespace Krait.Resolver.Reporting;

/// <summary>Why files were yanked, as their index says it.</summary>
internal static class YankedReason
{
    /// <summary>The first reason that is given; null where there is none.</summary>
    public static string? Of(IEnumerable<IndexFile> files) =>
        files
            .Select(file => file.IsYanked ? file.YankedReason : null)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text))
            ?.Trim();
}
