using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>A project of another tool, as it was read: what goes into the manifest, what was locked, and what has no counterpart.</summary>
/// <param name="tool">What messages call the tool.</param>
public sealed class ImportedProject(string tool)
{
    private readonly List<ImportedPin> pins = [];
    private readonly List<Remedy> losses = [];

    /// <summary>What messages call the tool.</summary>
    public string Tool { get; } = tool;

    /// <summary>The files that were read, as messages call them.</summary>
    public ImmutableArray<string> Files { get; internal set; } = [];

    /// <summary>What could not be carried over, a sentence each.</summary>
    public IReadOnlyList<Remedy> Losses => losses;

    /// <summary>The versions that were locked.</summary>
    public IReadOnlyList<ImportedPin> Pins => pins;

    /// <summary>What was locked, as a lock file whose versions are preferred.</summary>
    public Pylock ToPylock() => new() { CreatedBy = Tool, Packages = [.. pins.Select(ToPackage)] };

    /// <summary>The keys of `[project]`, below the path that each has.</summary>
    internal List<(string[] Path, TomlValue Value)> Fields { get; } = [];

    /// <summary>The requirements, by the list that they belong to.</summary>
    internal List<(DependencyPlace Place, string Text)> Requirements { get; } = [];

    /// <summary>Groups that other groups include.</summary>
    internal List<(string Group, string Included)> Includes { get; } = [];

    /// <summary>Where packages come from.</summary>
    internal List<(PackageName Name, TomlTable Source)> Sources { get; } = [];

    /// <summary>The indexes, in order.</summary>
    internal List<TomlTable> Indexes { get; } = [];

    /// <summary>Keys of `[tool.krait]`.</summary>
    internal List<(string[] Path, TomlValue Value)> Settings { get; } = [];

    /// <summary>States a key of `[project]`.</summary>
    internal void Field(string key, TomlValue? value)
    {
        if (value is not null)
            Fields.Add((["project", key], value));
    }

    /// <summary>Adds a requirement, where it is one.</summary>
    internal void Require(DependencyPlace place, string text)
    {
        if (Requirement.TryParse(text, out _, out var error))
            Requirements.Add((place, text));
        else
            Lose($"`{text}` is not a requirement: {error.Message}");
    }

    /// <summary>Notes what could not be carried over; once is enough.</summary>
    internal void Lose(Remedy sentence)
    {
        sentence = sentence.Redacted();
        if (!losses.Contains(sentence))
            losses.Add(sentence);
    }

    /// <summary>Notes that the certificate of an index is checked from now on.</summary>
    internal void LoseCertificate(string index) =>
        Lose($"the certificate of the source `{index}` is checked; pass {Control.TrustedHost} to change that");

    /// <summary>Notes a version that was locked.</summary>
    internal void Pin(ImportedPin pin) => pins.Add(pin);

    /// <summary>Notes what takes the place of an index, without what is secret in its URL.</summary>
    internal void Index(string? name, string url, bool isDefault, bool isExplicit, bool isFlat = false)
    {
        var plain = WithoutSecrets(url);
        if (plain.Contains('$', StringComparison.Ordinal))
        {
            Lose($"the index `{name ?? url}` has a variable in its URL; add it to `[[tool.krait.index]]` by hand");
            return;
        }

        if (!string.Equals(plain, url, StringComparison.Ordinal))
            Lose($"the credentials of the index `{name ?? plain}` are not written into the project");
        var table = new TomlTable();
        if (name is not null)
            table.Add("name", name);
        table.Add("url", plain);
        if (isFlat)
            table.Add("format", "flat");
        if (isDefault)
            table.Add("default", value: true);
        if (isExplicit)
            table.Add("explicit", value: true);
        Indexes.Add(table);
    }

    private static string WithoutSecrets(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return url;
        var end = url.IndexOf('/', scheme + 3);
        var at = url.LastIndexOf('@', end < 0 ? url.Length - 1 : end);
        return at > scheme ? url[..(scheme + 3)] + url[(at + 1)..] : url;
    }

    private PylockPackage ToPackage(ImportedPin pin)
    {
        // Several versions of a package are told apart by their markers; one alone is for everywhere.
        var isAlone = pins.Count(one => one.Name == pin.Name) == 1;
        return new PylockPackage
        {
            Name = pin.Name.Value,
            Version = pin.Version,
            Marker = isAlone || pin.Marker is null || !Marker.TryParse(pin.Marker, out _, out _) ? null : pin.Marker,
            Vcs = pin.Repository,
            Sdist = pin.Repository is null ? new PylockFile() : null,
        };
    }
}

/// <summary>A version that another tool locked.</summary>
/// <param name="Name">The package.</param>
/// <param name="Version">The version; null where the lock has none.</param>
public sealed record ImportedPin(PackageName Name, Packaging.Versions.Version? Version)
{
    /// <summary>Where it is for; null for everywhere.</summary>
    public string? Marker { get; init; }

    /// <summary>The commit; null for what comes from an index.</summary>
    public PylockRepository? Repository { get; init; }
}
