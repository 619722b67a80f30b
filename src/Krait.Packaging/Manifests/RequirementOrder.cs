using Krait.Packaging.Names;

namespace Krait.Packaging.Manifests;

/// <summary>The order in which people sort requirements: by name, whatever its spelling.</summary>
internal sealed class RequirementOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static RequirementOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => string.CompareOrdinal(NameOf(x), NameOf(y));

    private static string NameOf(string? requirement)
    {
        var text = requirement.AsSpan().Trim();
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
            end++;
        return NameNormalization.Normalize(text[..end]);
    }
}
