using System.Net;

namespace Krait.Server.Web;

/// <summary>What all pages for people have in common. They need no script, and follow the reader's choice of light or dark.</summary>
internal static class PageFrame
{
    /// <summary>The end of a page.</summary>
    public const string End = "</main>\n</body>\n</html>\n";

    /// <summary>The policy that lets a page load nothing from anywhere.</summary>
    public const string SecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --strong: #2a6f4f; }
        @media (prefers-color-scheme: dark) { :root { --strong: #7fd1a8; } }
        body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
        header { border-bottom: 1px solid var(--line); padding: .7rem 1rem; }
        header a { text-decoration: none; font-weight: 600; color: var(--strong); }
        main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: .2rem; }
        pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto; }
        """;

    /// <summary>The start of a page.</summary>
    public static string Begin(string title) =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header><a href="/">Krait</a></header>
            <main>

            """;
}
