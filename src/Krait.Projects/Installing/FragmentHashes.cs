using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;

namespace Krait.Projects.Installing;

/// <summary>The hashes behind the `#` of a URL or path (`#sha256=…`): all must hold, and one that cannot be read is an error.</summary>
internal static class FragmentHashes
{
    private const int ShortestDigest = 32;

    /// <summary>Parts of a fragment that say something else.</summary>
    private static readonly string[] Others = ["egg", "subdirectory"];

    /// <summary>Reads a fragment.</summary>
    /// <exception cref="KraitException">A hash is malformed, or its function is not known (unusable input).</exception>
    public static ImmutableArray<FileHash> Of(string fragment, SafeUrl url)
    {
        var hashes = ImmutableArray.CreateBuilder<FileHash>();
        foreach (var part in Uri.UnescapeDataString(fragment.TrimStart('#')).Split('&'))
        {
            if (!IsHash(part))
                continue;
            if (FileHash.TryParse(part, out var hash, out var error))
                hashes.Add(hash);
            else
                throw Unusable(url, error);
        }

        return hashes.DrainToImmutable();
    }

    private static bool IsHash(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || Others.Contains(part[..equals], StringComparer.OrdinalIgnoreCase))
            return false;
        string[] families = ["md5", "sha", "blake"];
        return families.Any(family => part.StartsWith(family, StringComparison.OrdinalIgnoreCase))
            || (part.Length - equals > ShortestDigest && part.AsSpan(equals + 1).IndexOfAnyExcept(HexDigits) < 0);
    }

    private static ReadOnlySpan<char> HexDigits => "0123456789abcdefABCDEF";

    private static KraitException Unusable(SafeUrl url, Diagnostic error) =>
        new(
            error with
            {
                Source = url.ToString(),
                Hints = ["Correct the hash behind the `#` of the URL, or remove it"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
