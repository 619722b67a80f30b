using Krait.Cli.Parsing;
using Krait.Packaging.Toml;

namespace Krait.Cli.Commands.Projects;

/// <summary>A Git repository of a requirement (`git+https://host/repository@revision#subdirectory=folder`).</summary>
/// <param name="Url">The repository.</param>
/// <param name="Revision">What follows `@`; null for nothing.</param>
/// <param name="Folder">The directory in it; null for its root.</param>
internal sealed record GitSource(string Url, string? Revision, string? Folder)
{
    /// <summary>Reads a URL; null where it is not one of a repository.</summary>
    public static GitSource? TryParse(string url)
    {
        if (!url.StartsWith("git+", StringComparison.OrdinalIgnoreCase))
            return null;
        var text = url[4..];
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var folder = hash < 0 ? null : Subdirectory(text[(hash + 1)..]);
        text = hash < 0 ? text : text[..hash];
        // An `@` before the path is that of the user.
        var path = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme
            ? text.IndexOf('/', scheme + 3)
            : 0;
        var at = text.LastIndexOf('@');
        return path >= 0 && at > path
            ? new GitSource(text[..at], text[(at + 1)..], folder)
            : new GitSource(text, null, folder);
    }

    /// <summary>The directory that a fragment names.</summary>
    public static string? Subdirectory(string fragment) =>
        fragment
            .Split('&')
            .Where(part => part.StartsWith("subdirectory=", StringComparison.Ordinal))
            .Select(part => Uri.UnescapeDataString(part["subdirectory=".Length..]))
            .FirstOrDefault();

    /// <summary>The entry of the table of sources.</summary>
    /// <exception cref="UsageException">The revision is stated twice.</exception>
    public TomlTable ToTable(ParsedArguments arguments)
    {
        var table = new TomlTable().Add("git", Url);
        if (Folder is not null)
            table.Add("subdirectory", Folder);
        Option[] options = [AddOptions.Rev, AddOptions.Tag, AddOptions.Branch];
        var given = Array.Find(options, arguments.WasGiven);
        if (given is not null && Revision is not null)
        {
            throw new UsageException(
                $"the URL has a revision (`@{Revision}`), and `--{given.Name}` gives another",
                "Use one of them"
            );
        }

        if (given is not null)
            table.Add(given.Name, arguments.Value(given) ?? "");
        else if (Revision is not null)
            table.Add("rev", Revision);
        if (arguments.WasGiven(AddOptions.Lfs))
            table.Add("lfs", arguments.IsOn(AddOptions.Lfs));
        return table;
    }
}
