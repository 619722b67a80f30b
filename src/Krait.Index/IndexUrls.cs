using Krait.Packaging.Indexes;
using Krait.Packaging.Text;

namespace Krait.Index;

/// <summary>The addresses that an index page gives.</summary>
internal static class IndexUrls
{
    /// <summary>Where a file of a page is; credentials that the page wrote into the address are for that file.</summary>
    /// <exception cref="KraitException">The address cannot be used.</exception>
    public static SafeUrl Of(IndexFile file)
    {
        if (!SafeUrl.TryParse(file.Url, out var url, out var error))
            throw new KraitException(error.In(file.Page.BaseUrl));
        // A page that came over the network names nothing on this disk.
        return url.IsFile && !file.Page.BaseUrl.StartsWith("file:", StringComparison.Ordinal)
            ? throw new KraitException(
                new Diagnostic("invalid-url", $"the index names the local file `{url}`").In(file.Page.BaseUrl)
            )
            : url;
    }
}
