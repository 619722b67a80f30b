using System.Collections.Immutable;
using System.Text;
using Krait.Index;
using Krait.Index.Credentials;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Inputs;

/// <summary>Reads the tool table of a project file. All mistakes come out together.</summary>
internal sealed class ProjectSettingsReader
{
    /// <summary>Lists whose tables are about single packages.</summary>
    private static readonly string[] Scoped = ["override-dependencies", "exclude-dependencies"];

    private static readonly string[] UnknownSources = ["workspace", "hg", "svn"];

    private readonly string file;
    private readonly string folder;
    private readonly List<Diagnostic> errors = [];

    private readonly TomlDocument? document;

    private ProjectSettingsReader(string file, string folder, TomlDocument? document)
    {
        this.document = document;
        this.file = file;
        this.folder = folder;
    }

    /// <summary>Reads the table.</summary>
    /// <param name="table">`[tool.krait]` or `[tool.uv]`.</param>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="folder">What relative paths start from.</param>
    /// <param name="project">The project's name, which conflicts that name no package are about.</param>
    /// <param name="document">The document that the table is from, for lines in messages; null where it is not at hand.</param>
    public static (ProjectSettings Settings, ImmutableArray<Diagnostic> Errors) Read(
        TomlTable table,
        string file,
        string folder,
        PackageName? project,
        TomlDocument? document = null
    )
    {
        var reader = new ProjectSettingsReader(file, folder, document);
        var settings = new ProjectSettings
        {
            Environments = reader.Markers(table, "environments"),
            RequiredEnvironments = reader.Markers(table, "required-environments"),
            Conflicts = reader.Conflicts(table, project),
            Constraints = reader.Limits(table, "constraint-dependencies"),
            BuildConstraints = reader.Limits(table, "build-constraint-dependencies"),
            BuildSettings = reader.BuildSettings(table["config-settings"]),
            PackageBuildSettings = reader
                .ByPackage(table, "config-settings-package")
                .ToImmutableDictionary(pair => pair.Name, pair => reader.BuildSettings(pair.Value)),
            ExtraBuildRequires = reader.ExtraRequires(table),
            ExtraBuildVariables = reader.ExtraVariables(table),
            Overrides = reader.Limits(table, "override-dependencies"),
            Excludes = reader.Names(table, "exclude-dependencies"),
            ScopedChanges =
            [
                .. reader.Changes(table, "override-dependencies"),
                .. reader.Changes(table, "exclude-dependencies"),
            ],
            Indexes = reader.Indexes(table),
            Sources = reader.Sources(table),
            Metadata = reader.Metadata(table),
        };
        return (settings, [.. reader.errors]);
    }

    private ImmutableArray<string> Texts(TomlTable table, string key)
    {
        if (table[key] is not { } value)
            return [];
        if (value.AsString is { } single)
            return [single];
        var isScoped = Scoped.Contains(key, StringComparer.Ordinal);
        if (value.AsArray?.Items.Where(item => !isScoped || item.AsTable is null).ToList() is { } items)
        {
            var texts = items.Select(item => item.AsString).OfType<string>().ToImmutableArray();
            if (texts.Length == items.Count)
                return texts;
        }

        Fail($"`{key}` must be a list of strings, not {value.KindInWords}", value);
        return [];
    }

    private ImmutableArray<Marker> Markers(TomlTable table, string key)
    {
        var markers = ImmutableArray.CreateBuilder<Marker>();
        foreach (var text in Texts(table, key))
        {
            if (Marker.TryParse(text, out var marker, out var error))
                markers.Add(marker);
            else
                errors.Add(Place(error, table[key]));
        }

        return markers.ToImmutable();
    }

    private ImmutableArray<Limit> Limits(TomlTable table, string key)
    {
        var limits = ImmutableArray.CreateBuilder<Limit>();
        foreach (var text in Texts(table, key))
        {
            if (Requirement.TryParse(text, out var requirement, out var error))
                limits.Add(new Limit(requirement, new RequirementOrigin.InFile(file, Line: 0)));
            else
                errors.Add(Place(error, table[key]));
        }

        return limits.ToImmutable();
    }

    /// <summary>`[{ package = { name = "a", version = "1" }, dependencies = […] }]`: what changes in one package.</summary>
    private IEnumerable<ScopedChange> Changes(TomlTable table, string key)
    {
        foreach (var entry in (table.GetArray(key)?.Items ?? []).Select(item => item.AsTable).OfType<TomlTable>())
        {
            var package = entry.GetTable("package");
            Version? version = null;
            if (
                !PackageName.TryParse(package?.GetString("name") ?? "", out var name, out _)
                || (package?.GetString("version") is { } text && !Version.TryParse(text, out version))
                || entry["dependencies"] is null
            )
            {
                Fail(
                    $"each table in `{key}` needs a `package`, with a `name` and an optional `version`, and `dependencies`",
                    entry
                );
                continue;
            }

            yield return key is "override-dependencies"
                ? new ScopedChange(name, version)
                {
                    Overrides = [.. Limits(entry, "dependencies").Select(limit => limit.Requirement)],
                }
                : new ScopedChange(name, version) { Excludes = Names(entry, "dependencies") };
        }
    }

    /// <summary>`conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]`</summary>
    private ImmutableArray<ConflictSet> Conflicts(TomlTable table, PackageName? project)
    {
        // Without a project there are no extras that could exclude each other.
        if (project is null)
            return [];
        var sets = ImmutableArray.CreateBuilder<ConflictSet>();
        foreach (var set in table.GetArray("conflicts")?.Items ?? [])
        {
            var items = (set.AsArray?.Items ?? [])
                .Select(item => Item(item.AsTable, project))
                .OfType<ConflictItem>()
                .ToImmutableArray();
            if (items.Length > 1)
            {
                sets.Add(new ConflictSet(items));
            }
            else
            {
                Fail("each entry of `conflicts` must be a list of at least two extras or groups", set);
            }
        }

        return sets.ToImmutable();
    }

    private static ConflictItem? Item(TomlTable? item, PackageName? project)
    {
        var package =
            item?.GetString("package") is { } text && PackageName.TryParse(text, out var named, out _)
                ? named
                : project;
        var (name, isGroup) = item?.GetString("extra") is { } extra ? (extra, false) : (item?.GetString("group"), true);
        return package is not null && name is not null && ExtraName.TryParse(name, out var parsed, out _)
            ? new ConflictItem(package, parsed, isGroup)
            : null;
    }

    private ImmutableArray<PackageName> Names(TomlTable table, string key)
    {
        var names = ImmutableArray.CreateBuilder<PackageName>();
        foreach (var text in Texts(table, key))
        {
            if (PackageName.TryParse(text, out var name, out var error))
                names.Add(name);
            else
                errors.Add(Place(error, table[key]));
        }

        return names.ToImmutable();
    }

    /// <summary>`[[index]]`: name, url, default, explicit, format.</summary>
    private ImmutableArray<StatedIndex> Indexes(TomlTable table)
    {
        var indexes = ImmutableArray.CreateBuilder<StatedIndex>();
        foreach (var item in table.GetArray("index")?.Items ?? [])
        {
            if (item.AsTable is not { } index || index.GetString("url") is not { } url)
            {
                Fail("each `index` must be a table with a `url`", item);
                continue;
            }

            if (IsHost(url))
            {
                Fail(
                    $"the `url` of an `index` must begin with `https://` (`https://{url}`), or with `./` for a directory",
                    index["url"]
                );
            }

            var stated = new StatedIndex(index.GetString("name"), Absolute(url))
            {
                IsDefault = index.GetBoolean("default") ?? false,
                IsExplicit = index.GetBoolean("explicit") ?? false,
                IsFlat = index.GetString("format") is "flat",
                MirrorOf = index.GetString("mirror-of"),
                IgnoredStatuses = IgnoredStatuses(index),
                Authentication = Authentication(index),
            };
            if (stated.Name is { } name && !IsIndexName(name))
            {
                Fail(
                    $"the `name` of an `index` may hold letters, digits, `-`, `_` and `.`, but it is `{name}`",
                    index["name"]
                );
            }

            if (stated is { IsExplicit: true, Name: null })
                Fail("an explicit `index` needs a `name`: nothing else can refer to it", item);
            CheckMirror(stated, index);
            indexes.Add(stated);
        }

        return indexes.ToImmutable();
    }

    /// <summary>Refuses a mirror that is also set up as an index in its own right.</summary>
    private void CheckMirror(StatedIndex stated, TomlTable index)
    {
        if (stated.MirrorOf is not { } original)
            return;
        if (stated.IsDefault || stated.IsExplicit || stated.IsFlat)
        {
            Fail(
                "an `index` with `mirror-of` takes the place of another: it cannot have `default`, `explicit` or `format`",
                index["mirror-of"]
            );
        }

        if (!IsServer(original) || !IsServer(stated.Address))
            Fail("`mirror-of` and `url` of a mirror must be URLs of indexes", index["mirror-of"]);
    }

    private static bool IsServer(string address) =>
        Location.IsUrl(address) && SafeUrl.TryParse(address, out var url, out _) && !url.IsFile;

    /// <summary>A name that options, variables and sources can repeat.</summary>
    private static bool IsIndexName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Whether an address looks like that of a server without its `https://`.</summary>
    private bool IsHost(string address) =>
        Location.Of(address).IsPath
        && address is not ['/' or '.' or '~' or '$', ..]
        && address.AsSpan().ContainsAny('.', ':')
        && !FolderTree.IsFolder(Path.GetFullPath(address, folder));

    /// <summary>`ignore-error-codes = [401, 403]`</summary>
    private ImmutableArray<int> IgnoredStatuses(TomlTable index)
    {
        const string Key = "ignore-error-codes";
        if (index[Key] is not { } value)
            return [];
        var items = value.AsArray?.Items ?? [];
        var statuses = items.Select(item => item.AsInteger).OfType<long>().Where(code => code is >= 400 and <= 599);
        ImmutableArray<int> found = [.. statuses.Select(code => (int)code)];
        if (value.AsArray is null || found.Length != items.Count)
            Fail($"`{Key}` of an `index` must be a list of HTTP status codes from 400 to 599", value);
        return found;
    }

    /// <summary>`authenticate = "always"`</summary>
    private AuthenticationPolicy Authentication(TomlTable index)
    {
        const string Key = "authenticate";
        switch (index[Key])
        {
            case null:
            case { AsString: "auto" }:
                return AuthenticationPolicy.Auto;
            case { AsString: "always" }:
                return AuthenticationPolicy.Always;
            case { AsString: "never" }:
                return AuthenticationPolicy.Never;
            default:
                Fail($"`{Key}` of an `index` must be `auto`, `always` or `never`", index[Key]);
                return AuthenticationPolicy.Auto;
        }
    }

    private ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> Sources(TomlTable table)
    {
        var sources = ImmutableDictionary.CreateBuilder<PackageName, ImmutableArray<StatedSource>>();
        foreach (var entry in table.GetTable("sources")?.Entries ?? [])
        {
            if (!PackageName.TryParse(entry.Key, out var name, out var error))
            {
                errors.Add(Place(error, entry.Value));
                continue;
            }

            var items = entry.Value.AsArray?.Items ?? [entry.Value];
            sources[name] = [.. items.Select(item => Source(entry.Key, item)).OfType<StatedSource>()];
        }

        return sources.ToImmutable();
    }

    private StatedSource? Source(string package, TomlValue item)
    {
        if (item.AsTable is not { } table)
        {
            Fail($"the source of `{package}` is {item.KindInWords}, not a table", item);
            return null;
        }

        var marker = Marker.True;
        if (table.GetString("marker") is { } condition && !Marker.TryParse(condition, out marker, out var error))
            errors.Add(Place(error, table));
        var location = SourceLocation.Of(table, folder);
        var built = UnknownSources.FirstOrDefault(table.ContainsKey);
        if (built is null && location is null && table.GetString("index") is null)
            Fail($"the source of `{package}` names neither an index nor a place", item);
        return new StatedSource
        {
            Index = table.GetString("index"),
            Location = location,
            IsEditable = table.GetBoolean("editable") ?? false,
            IsCopy = table.GetBoolean("editable") is false,
            Unsupported = built,
            Marker = marker,
            Extra = Extra(table.GetString("extra")),
            Group = Extra(table.GetString("group")),
        };
    }

    private static ExtraName? Extra(string? text) =>
        text is not null && ExtraName.TryParse(text, out var name, out _) ? name : null;

    /// <summary>`[[dependency-metadata]]`: name, version, requires-dist, requires-python, provides-extra.</summary>
    private ImmutableArray<StatedMetadata> Metadata(TomlTable table)
    {
        var stated = ImmutableArray.CreateBuilder<StatedMetadata>();
        foreach (var item in table.GetArray("dependency-metadata")?.Items ?? [])
        {
            if (
                item.AsTable is not { } entry
                || !PackageName.TryParse(entry.GetString("name") ?? "", out var name, out _)
            )
            {
                Fail("each `dependency-metadata` must be a table with the `name` of a package", item);
                continue;
            }

            var version = entry.GetString("version");
            var text = new StringBuilder("Metadata-Version: 2.4\n");
            text.Append("Name: ").Append(name.Value).Append("\nVersion: ").Append(version ?? "0").Append('\n');
            if (entry.GetString("requires-python") is { } python)
                text.Append("Requires-Python: ").Append(python).Append('\n');
            foreach (var extra in Texts(entry, "provides-extra"))
                text.Append("Provides-Extra: ").Append(extra).Append('\n');
            foreach (var requirement in Texts(entry, "requires-dist"))
                text.Append("Requires-Dist: ").Append(requirement).Append('\n');
            if (!CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text.ToString()), out var metadata, out var error))
                errors.Add(Place(error, entry));
            else
                stated.Add(new StatedMetadata(name, version is null ? null : metadata.Version, metadata));
        }

        return stated.ToImmutable();
    }

    /// <summary>`{ key = "value", other = ["one", "two"] }`, or a list of `KEY=VALUE`, as `KEY=VALUE`.</summary>
    private ImmutableArray<string> BuildSettings(TomlValue? value)
    {
        if (value?.AsTable is not { } table)
            return [.. (value?.AsArray?.Items ?? []).Select(item => item.AsString).OfType<string>()];
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in table.Entries)
        {
            foreach (var item in entry.Value.AsArray?.Items ?? [entry.Value])
            {
                if ((item.AsString ?? item.AsBoolean?.ToString().ToLowerInvariant()) is { } text)
                    texts.Add($"{entry.Key}={text}");
                else
                    Fail($"the build setting `{entry.Key}` is {item.KindInWords}, not a text", item);
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>`[extra-build-dependencies]`: for each package a list of requirements, each a text or a table with `requirement`.</summary>
    private ImmutableDictionary<PackageName, ImmutableArray<Requirement>> ExtraRequires(TomlTable table)
    {
        const string Key = "extra-build-dependencies";
        var extra = ImmutableDictionary.CreateBuilder<PackageName, ImmutableArray<Requirement>>();
        foreach (var (name, value) in ByPackage(table, Key))
        {
            var requirements = ImmutableArray.CreateBuilder<Requirement>();
            foreach (var item in value.AsArray?.Items ?? [value])
            {
                var text = item.AsString ?? item.AsTable?.GetString("requirement");
                if (text is null)
                    Fail($"`{Key}` of `{name}` is a list of requirements");
                else if (Requirement.TryParse(text, out var requirement, out var error))
                    requirements.Add(requirement);
                else
                    errors.Add(error.In(file));
            }

            extra[name] = requirements.ToImmutable();
        }

        return extra.ToImmutable();
    }

    /// <summary>`[extra-build-variables]`: for each package a table of texts.</summary>
    private ImmutableDictionary<PackageName, ImmutableSortedDictionary<string, string>> ExtraVariables(TomlTable table)
    {
        const string Key = "extra-build-variables";
        var extra = ImmutableDictionary.CreateBuilder<PackageName, ImmutableSortedDictionary<string, string>>();
        foreach (var (name, value) in ByPackage(table, Key))
        {
            var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var entry in value.AsTable?.Entries ?? [])
            {
                if (entry.Value.AsString is { } text)
                    variables[entry.Key] = text;
                else
                    Fail($"`{entry.Key}` in `{Key}` of `{name}` is {entry.Value.KindInWords}, not a text");
            }

            extra[name] = variables.ToImmutable();
        }

        return extra.ToImmutable();
    }

    private IEnumerable<(PackageName Name, TomlValue Value)> ByPackage(TomlTable table, string key)
    {
        foreach (var entry in table.GetTable(key)?.Entries ?? [])
        {
            if (PackageName.TryParse(entry.Key, out var name, out var error))
                yield return (name, entry.Value);
            else
                errors.Add(error.In(file));
        }
    }

    /// <summary>A path counts from the file's folder; an address is what it is.</summary>
    private string Absolute(string location) => Location.Of(location).From(folder).Text;

    private void Fail(string message, TomlValue? value = null) =>
        errors.Add(Place(new Diagnostic("invalid-setting", message), value));

    /// <summary>An error, with the line of the value that it is about.</summary>
    private Diagnostic Place(Diagnostic error, TomlValue? value) =>
        error.In(file, value is { Start: >= 0 } && document is not null ? document.LineOf(value.Start) : 0);
}
