using System.Collections.Immutable;
using Krait.Packaging.Toml;
using Krait.Testing;

namespace Krait.EndToEnd.Explanations;

/// <summary>A request without solution, read from a scenario file of `Conflicts`.</summary>
internal sealed class ConflictCase
{
    private readonly TomlTable root;

    private ConflictCase(TomlTable root) => this.root = root;

    private static string Folder { get; } = Path.Combine(Machine.Root, "tests", "Krait.EndToEnd", "Conflicts");

    /// <summary>The names of all cases, in order.</summary>
    public static IEnumerable<string> Names =>
        Directory
            .GetFiles(Folder, "*.toml")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);

    /// <summary>What the user asks for.</summary>
    public IEnumerable<string> Requirements => root.Find("root", "requires")?.AsArray?.AsStrings() ?? [];

    /// <summary>The options of the request.</summary>
    public IEnumerable<string> Options =>
        [
            .. Strings(root.GetTable("resolver_options"), "no_build").Select(name => $"--only-binary={name}"),
            .. Strings(root.GetTable("resolver_options"), "no_binary").Select(name => $"--no-binary={name}"),
        ];

    /// <summary>Reads a case.</summary>
    public static ConflictCase Load(string name) =>
        new(TomlDocument.Parse(File.ReadAllText(Path.Combine(Folder, name + ".toml"))).Root);

    /// <summary>Fills an index with what the case publishes.</summary>
    public void Publish(FakeIndex index)
    {
        foreach (var package in root.GetTable("packages")?.Entries ?? [])
        {
            foreach (var version in package.Value.AsTable?.GetTable("versions")?.Entries ?? [])
                Publish(index, package.Key, version.Key, version.Value.AsTable!); // a version is a table
        }
    }

    private static void Publish(FakeIndex index, string name, string version, TomlTable table)
    {
        var python = table.GetString("requires_python") ?? ">=3.12";
        var yanked = table.GetBoolean("yanked") == true ? "breaks on import" : null;
        string[] tags = [.. Strings(table, "wheel_tags")];
        if (table.GetBoolean("wheel") != false)
        {
            foreach (var tag in tags.DefaultIfEmpty("py3-none-any"))
                index.Add(Build(name, version, tag, python, table), yanked);
        }

        if (table.GetBoolean("sdist") != false)
            index.AddFile(name, $"{name}-{version}.tar.gz", [0], requiresPython: python, yanked: yanked);
    }

    private static WheelBuilder Build(string name, string version, string tag, string python, TomlTable table)
    {
        var wheel = new WheelBuilder(name, version) { Tags = tag, RequiresPython = python };
        wheel.Requires([.. Strings(table, "requires")]);
        foreach (var (extra, requirements, _) in table.GetTable("extras")?.Entries ?? [])
            wheel.Extra(extra, [.. requirements.AsArray?.AsStrings() ?? []]);
        return wheel;
    }

    private static ImmutableArray<string> Strings(TomlTable? table, string key) =>
        table?.GetArray(key)?.AsStrings() ?? [];
}
