using System.Diagnostics.CodeAnalysis;
using Krait.Archives;
using Krait.Packaging.Text;

namespace Krait.Build.Git;

/// <summary>A commit of a repository that is required, as a direct URL says it (`git+https://host/path@revision#subdirectory=a`).</summary>
/// <param name="Url">The repository.</param>
/// <param name="Reference">The commit that is meant.</param>
/// <param name="Subdirectory">The project's folder in it.</param>
/// <param name="UsesLfs">Whether files that Git LFS keeps are fetched.</param>
public sealed record GitSource(GitUrl Url, GitReference Reference, string? Subdirectory, bool UsesLfs)
{
    private const string Prefix = "git+";

    /// <summary>Whether a URL names a repository.</summary>
    public static bool IsGit(string url) => url.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses a direct URL.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out GitSource? source,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        source = null;
        if (!IsGit(text))
        {
            error = Invalid(text, "it does not start with `git+`");
            return false;
        }

        var (address, fragment) = Cut(text[Prefix.Length..], '#');
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var slash = start < 0 ? -1 : address.IndexOf('/', start + 3);
        var at = slash < 0 ? -1 : address.LastIndexOf('@');
        var revision = at > slash && slash >= 0 ? Uri.UnescapeDataString(address[(at + 1)..]) : null;
        if (revision is not null)
            address = address[..at];
        if (!GitUrl.TryParse(address, out var url, out error))
            return false;
        if (revision is not null && GitReference.WhyInvalid(revision) is { } problem)
        {
            error = Invalid(text, $"the revision `{SafeText.Escape(revision)}` is not valid: {problem}");
            return false;
        }

        var options = Options(fragment);
        var reference = revision is null ? new GitReference.Default() : GitReference.Of(revision);
        var subdirectory = options.GetValueOrDefault("subdirectory")?.Trim('/');
        source = new GitSource(
            url,
            reference,
            string.IsNullOrEmpty(subdirectory) ? null : subdirectory,
            options.GetValueOrDefault("lfs") is "true"
        );
        return true;
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    private static Dictionary<string, string> Options(string fragment)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in fragment.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Cut(part, '=');
            options[key] = Uri.UnescapeDataString(value);
        }

        return options;
    }

    private static Diagnostic Invalid(string text, string problem) =>
        new("invalid-git-url", $"invalid repository URL `{GitUrl.Redact(text)}`: {problem}");
}
