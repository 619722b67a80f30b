using Krait.Packaging.Locations;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Parsing;

/// <summary>Tells the address of an index from one whose `https://` was forgotten, which would be taken for a path.</summary>
internal static class IndexAddress
{
    /// <summary>What is wrong with `[NAME=]URL`; null for a URL, a path that is written as one, a directory, and a name.</summary>
    /// <param name="text">The address.</param>
    /// <param name="folder">What a relative path starts from.</param>
    public static Diagnostic? FindFault(string text, string folder)
    {
        var address = text;
        if (!Location.IsUrl(text) && text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            address = text[(equals + 1)..];
        if (
            Location.IsUrl(address)
            || address.Length == 0
            || address[0] is '/' or '.' or '~' or '$'
            || !address.AsSpan().ContainsAny('/', '.', ':')
            || FileStatus.Exists(Path.GetFullPath(address, folder), followLinks: true)
        )
        {
            return null;
        }

        return new Diagnostic("invalid-url", $"`{address}` is neither a URL nor an existing directory")
        {
            Hints = [$"Write `https://{address}`, or `./{address}` for a directory"],
        };
    }
}
