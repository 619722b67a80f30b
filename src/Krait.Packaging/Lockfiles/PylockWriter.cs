using System.Collections.Immutable;
using Krait.Packaging.Toml;

namespace Krait.Packaging.Lockfiles;

/// <summary>Writes a pylock.toml: keys in the specification's order, one wheel per line.</summary>
internal static class PylockWriter
{
    public static string Write(Pylock pylock, IEnumerable<string> header)
    {
        var toml = new TomlWriter();
        foreach (var line in header)
            toml.Comment(line);
        toml.Key("lock-version", pylock.LockVersion.ToString());
        if (pylock.Environments is { } environments)
            toml.Lines("environments", environments.Select(TomlValue.FromString));
        if (pylock.RequiresPython is { } python)
            toml.Key("requires-python", python.ToString());
        Strings(toml, "extras", pylock.Extras);
        Strings(toml, "dependency-groups", pylock.DependencyGroups);
        Strings(toml, "default-groups", pylock.DefaultGroups);
        toml.Key("created-by", pylock.CreatedBy);
        if (pylock.Packages.IsEmpty)
            toml.Lines("packages", []);
        foreach (var package in pylock.Packages)
            Write(toml, package);
        WriteTool(toml, ["tool"], pylock.Tool);
        return toml.ToString();
    }

    private static void Write(TomlWriter toml, PylockPackage package)
    {
        toml.ArrayTable("packages").Key("name", package.Name);
        if (package.Version is { } version)
            toml.Key("version", version.ToString());
        Text(toml, "marker", package.Marker);
        Text(toml, "requires-python", package.RequiresPython?.ToString());
        if (!package.Dependencies.IsEmpty)
            toml.Lines("dependencies", package.Dependencies);
        if (package.Vcs is { } vcs)
            toml.Key("vcs", Table(vcs));
        if (package.Directory is { } folder)
            toml.Key("directory", Table(folder));
        if (package.Archive is { } archive)
            toml.Key("archive", Table(archive));
        Text(toml, "index", package.Index);
        if (package.Sdist is { } sdist)
            toml.Key("sdist", Table(sdist));
        if (package.Wheels is { } wheels)
            toml.Lines("wheels", wheels.Select(Table));
        if (!package.AttestationIdentities.IsEmpty)
            toml.Lines("attestation-identities", package.AttestationIdentities);
        WriteTool(toml, ["packages", "tool"], package.Tool);
    }

    private static TomlTable Table(PylockRepository vcs)
    {
        var table = new TomlTable().Add("type", vcs.Type);
        Add(table, "url", vcs.Url);
        Add(table, "path", vcs.Path);
        Add(table, "requested-revision", vcs.RequestedRevision);
        table.Add("commit-id", vcs.CommitId);
        Add(table, "subdirectory", vcs.Subdirectory);
        return table;
    }

    private static TomlTable Table(PylockFolder folder)
    {
        var table = new TomlTable().Add("path", folder.Path);
        if (folder.IsEditable is { } editable)
            table.Add("editable", editable);
        Add(table, "subdirectory", folder.Subdirectory);
        return table;
    }

    private static TomlTable Table(PylockFile file)
    {
        var table = new TomlTable();
        Add(table, "name", file.Name);
        if (file.UploadTime is { } time)
            table.Add("upload-time", time);
        Add(table, "url", file.Url);
        Add(table, "path", file.Path);
        if (file.Size is { } size)
            table.Add("size", size);
        Add(table, "subdirectory", file.Subdirectory);
        var hashes = new TomlTable();
        foreach (var (name, digest) in file.Hashes)
            hashes.Add(name, digest);
        return table.Add("hashes", hashes);
    }

    private static void Add(TomlTable table, string key, string? value)
    {
        if (value is not null)
            table.Add(key, value);
    }

    private static void Text(TomlWriter toml, string key, string? value)
    {
        if (value is not null)
            toml.Key(key, value);
    }

    private static void Strings(TomlWriter toml, string key, ImmutableArray<string> values)
    {
        if (!values.IsEmpty)
            toml.Key(key, TomlArray.OfStrings(values));
    }

    /// <summary>Each table of a tool gets a header of its own; arrays have an element a line, so that differences are short.</summary>
    private static void WriteTool(TomlWriter toml, string[] path, TomlTable? tool)
    {
        if (tool is null)
            return;
        var plain = tool.Entries.Where(entry => entry.Value is not TomlTable).ToList();
        if (plain.Count > 0)
            toml.Table(path);
        foreach (var entry in plain)
        {
            if (entry.Value is TomlArray { Count: > 1 } array)
                toml.Lines(entry.Key, array.Items);
            else
                toml.Key(entry.Key, entry.Value);
        }

        foreach (var entry in tool.Entries)
        {
            if (entry.Value is TomlTable table)
                WriteTool(toml, [.. path, entry.Key], table);
        }
    }
}
