using System.Collections.Immutable;
using Krait.Archives;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Build.Editables;

/// <summary>What a project is rebuilt for when it changes (`cache-keys` in `[tool.krait]`, else `[tool.uv]`).</summary>
public sealed record CacheKeys
{
    /// <summary>Paths and patterns of files, relative to the project.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Folders that count by being there.</summary>
    public ImmutableArray<string> Folders { get; init; } = [];

    /// <summary>Variables of the environment.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>Whether the commit of the project's repository counts.</summary>
    public bool HasCommit { get; init; }

    /// <summary>Whether the tags of the project's repository count.</summary>
    public bool HasTags { get; init; }

    /// <summary>Reads what a pyproject.toml states; null where it states nothing.</summary>
    /// <param name="document">The file.</param>
    /// <param name="errors">What is wrong with it.</param>
    public static CacheKeys? TryRead(TomlDocument document, out ImmutableArray<Diagnostic> errors)
    {
        errors = [];
        var tools = document.Root.GetTable("tool");
        if ((FindKeys(tools, "krait") ?? FindKeys(tools, "uv")) is not { } stated)
            return null;
        var reader = new TableReader(document, "invalid-pyproject");
        if (stated is not TomlArray array)
        {
            reader.Fail(stated, $"`cache-keys` is {stated.KindInWords}, not an array");
            errors = reader.Errors;
            return null;
        }

        var keys = new CacheKeys();
        foreach (var item in array.Items)
            keys = keys.Add(item, reader);
        errors = reader.Errors;
        return keys;
    }

    private static TomlValue? FindKeys(TomlTable? tools, string tool) => tools?.GetTable(tool)?["cache-keys"];

    private CacheKeys Add(TomlValue item, TableReader reader)
    {
        if (item is TomlString { Value: var path })
            return this with { Files = Files.Add(path) };
        if (item is TomlTable table)
        {
            if (reader.Text(table, "file") is { } file)
                return this with { Files = Files.Add(file) };
            if (reader.Text(table, "dir") is { } folder)
                return this with { Folders = Folders.Add(folder) };
            if (reader.Text(table, "env") is { } variable)
                return this with { Variables = Variables.Add(variable) };
            if (table["git"] is { } git)
                return AddGit(git, reader);
            if (!table.ContainsKey("file") && !table.ContainsKey("dir") && !table.ContainsKey("env"))
                reader.Fail(table, "an entry of `cache-keys` needs `file`, `dir`, `env` or `git`");
            return this;
        }

        reader.Fail(
            item,
            $"`cache-keys` has {SafeText.Escape(item.KindInWords)} where a string or a table is expected"
        );
        return this;
    }

    private CacheKeys AddGit(TomlValue git, TableReader reader)
    {
        if (git is TomlBoolean { Value: var both })
            return this with { HasCommit = HasCommit || both, HasTags = HasTags || both };
        if (git is TomlTable table)
        {
            return this with
            {
                HasCommit = HasCommit || (reader.Boolean(table, "commit") ?? false),
                HasTags = HasTags || (reader.Boolean(table, "tags") ?? false),
            };
        }

        reader.Fail(git, $"`git` is {git.KindInWords}, not a table");
        return this;
    }

    public bool Equals(CacheKeys? other) =>
        other is not null
        && HasCommit == other.HasCommit
        && HasTags == other.HasTags
        && Files.SequenceEqual(other.Files, StringComparer.Ordinal)
        && Folders.SequenceEqual(other.Folders, StringComparer.Ordinal)
        && Variables.SequenceEqual(other.Variables, StringComparer.Ordinal);

    public override int GetHashCode() =>
        HashCode.Combine(Files.Length, Folders.Length, Variables.Length, HasCommit, HasTags);
}
