using System.Text;
using Krait.Archives;

namespace Krait.Build.Git;

/// <summary>Which commit of a repository is meant.</summary>
public abstract record GitReference
{
    private const int LongestName = 250;
    private const int ShortestCommit = 4;
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    private GitReference() { }

    /// <summary>What the repository's HEAD points to.</summary>
    public sealed record Default : GitReference;

    /// <summary>A branch.</summary>
    public sealed record Branch(string Name) : GitReference;

    /// <summary>A tag.</summary>
    public sealed record Tag(string Name) : GitReference;

    /// <summary>Any reference by its full name (`refs/pull/1/head`).</summary>
    public sealed record Named(string Name) : GitReference;

    /// <summary>A full commit.</summary>
    public sealed record Commit(string Id) : GitReference;

    /// <summary>A branch, a tag, or the start of a commit's name, whichever exists.</summary>
    public sealed record Any(string Name) : GitReference;

    /// <summary>The text that was asked for; null for the default.</summary>
    public string? Requested =>
        this switch
        {
            Branch branch => branch.Name,
            Tag tag => tag.Name,
            Named named => named.Name,
            Commit commit => commit.Id,
            Any any => any.Name,
            _ => null,
        };

    /// <summary>What a revision means where nobody says whether it is a branch, a tag or a commit.</summary>
    public static GitReference Of(string text) =>
        IsFullCommit(text) ? new Commit(text.ToLowerInvariant())
        : text.StartsWith(Branches, StringComparison.Ordinal) ? new Branch(text[Branches.Length..])
        : text.StartsWith(Tags, StringComparison.Ordinal) ? new Tag(text[Tags.Length..])
        : text.StartsWith("refs/", StringComparison.Ordinal) ? new Named(text)
        : new Any(text);

    /// <summary>Whether a text is the whole name of a commit.</summary>
    public static bool IsFullCommit(string text) => text.Length is 40 or 64 && IsHexadecimal(text);

    /// <summary>Whether a text may be the start of a commit's name.</summary>
    public static bool IsShortCommit(string text) => text.Length is >= ShortestCommit and < 64 && IsHexadecimal(text);

    /// <summary>
    /// Says why a text cannot be a reference, or null: the rules of `git check-ref-format`, without what could be taken for an option or
    /// for anything but a name.
    /// </summary>
    public static string? WhyInvalid(string name)
    {
        if (name.Length is 0 or > LongestName)
            return "it is empty or too long";
        if (name[0] is '-' or '/' || name[^1] is '/' or '.')
            return $"it starts or ends with `{name[0]}` or `{name[^1]}`";
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || SafeText.IsInvisible(rune) || rune == Rune.ReplacementChar)
                return "it contains white space or characters that cannot be seen";
            if (rune.IsAscii && "~^:?*[\\\"'`$<>|;&(){}!".Contains((char)rune.Value, StringComparison.Ordinal))
                return $"it contains `{rune}`";
        }

        var isMalformed =
            name.Contains("..", StringComparison.Ordinal)
            || name.Contains("//", StringComparison.Ordinal)
            || name.Contains("@{", StringComparison.Ordinal)
            || name is "@"
            || name.Split('/')
                .Any(part =>
                    part.StartsWith('.') || part.StartsWith('-') || part.EndsWith(".lock", StringComparison.Ordinal)
                );
        return isMalformed ? "it is not the name of a branch, tag or commit" : null;
    }

    private static bool IsHexadecimal(string text) => text.All(char.IsAsciiHexDigit);
}
