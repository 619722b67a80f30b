using System.Collections.Immutable;
using System.Globalization;
using Krait.Index;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Platform.Files;
using Krait.Server.Policy;

namespace Krait.Server.Settings;

/// <summary>Reads the file of settings (TOML). Everything that is wrong in it is told at once.</summary>
internal sealed class SettingsFile
{
    private const string Code = "invalid-settings";

    private static readonly ImmutableArray<string> Taken =
    [
        "simple",
        "files",
        "upload",
        "legacy",
        "projects",
        "healthz",
        "readyz",
        "metrics",
        "-",
    ];

    private readonly TableReader reader;

    private readonly ValueReader values;
    private readonly string folder;

    private SettingsFile(TableReader reader, string folder)
    {
        this.reader = reader;
        this.folder = folder;
        values = new ValueReader(reader);
    }

    /// <summary>Reads a file over settings that hold where it says nothing.</summary>
    /// <exception cref="KraitException">It cannot be read, or is wrong (unusable input).</exception>
    public static ServerSettings Read(string path, ServerSettings standard)
    {
        var error = PlainFile.TryRead(path, out var text);
        if (error != FileError.None)
            throw new FileSystemException("read", path, error);
        if (!TomlDocument.TryParse(text, out var document, out var errors))
            throw Wrong(path, errors);
        var tables = new TableReader(document, Code);
        var place = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var settings = new SettingsFile(tables, place).ReadAll(document.Root, standard);
        return tables.Errors.IsEmpty ? settings : throw Wrong(path, tables.Errors);
    }

    private static KraitException Wrong(string path, ImmutableArray<Diagnostic> errors)
    {
        var first = errors[0].In(path, errors[0].Line);
        return new KraitException(
            first with
            {
                Message = $"{path}:{first.Line}: {first.Message}",
                Notes = [.. first.Notes, .. errors.Skip(1).Select(other => $"line {other.Line}: {other.Message}")],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private ServerSettings ReadAll(TomlTable root, ServerSettings standard)
    {
        values.Know(
            root,
            "host",
            "port",
            "dir",
            "spaces",
            "views",
            "private-hosts",
            "soft-deadline",
            "longest-freshness",
            "shortest-freshness",
            "largest-upload",
            "requests-per-second",
            "access-log",
            "database",
            "objects"
        );
        var shared = new SharedSettings(reader, values, folder);
        var spaces = Named(root, "spaces").Select(pair => ReadSpace(pair.Name, pair.Table)).ToImmutableArray();
        var views = Named(root, "views").Select(pair => ReadView(pair.Name, pair.Table, spaces)).ToImmutableArray();
        if (spaces.IsEmpty)
            (spaces, views) = (standard.Spaces, standard.Views);
        else if (views.IsEmpty)
            views = [new ViewSettings("default", [.. spaces.OrderBy(s => s.Upstream is not null).Select(s => s.Name)])];
        return standard with
        {
            Host = reader.Text(root, "host") ?? standard.Host,
            Port = (int)values.Number(root, "port", 0, 65535, standard.Port),
            Folder = reader.Text(root, "dir") is { Length: > 0 } dir ? Path.GetFullPath(dir, folder) : standard.Folder,
            Spaces = spaces,
            Views = views,
            Database = shared.ReadDatabase(root),
            Objects = shared.ReadObjects(root),
            PrivateHosts = ReadHosts(root),
            SoftDeadline = values.Time(root, "soft-deadline") ?? standard.SoftDeadline,
            LongestFreshness = values.Time(root, "longest-freshness") ?? standard.LongestFreshness,
            ShortestFreshness = values.Time(root, "shortest-freshness") ?? standard.ShortestFreshness,
            LargestUpload = values.Size(root, "largest-upload") ?? standard.LargestUpload,
            RequestsPerSecond = (int)
                values.Number(root, "requests-per-second", 0, 1_000_000, standard.RequestsPerSecond),
            WritesAccessLog = reader.Boolean(root, "access-log") ?? standard.WritesAccessLog,
        };
    }

    private SpaceSettings ReadSpace(string name, TomlTable table)
    {
        values.Know(table, "upstream", "names");
        CheckName(name, table, isView: false);
        var space = new SpaceSettings(name) { ReservedNames = reader.Strings(table, "names") ?? [] };
        if (reader.Text(table, "upstream") is not { } text)
            return space;
        if (!space.ReservedNames.IsEmpty)
            reader.Fail(table["names"]!, $"`{name}` has an upstream: names can be reserved for uploads only"); // it was just read
        if (!SafeUrl.TryParse(text, out var url, out var error) || url.IsFile)
        {
            reader.Fail(table["upstream"]!, error?.Message ?? "an upstream must be an `http` or `https` URL"); // it was just read
            return space;
        }

        return space with
        {
            Upstream = url,
        };
    }

    private ViewSettings ReadView(string name, TomlTable table, ImmutableArray<SpaceSettings> spaces)
    {
        values.Know(table, "members", "read", "max-age", "rules", "cool-down", "largest-file", "allow-quarantined");
        CheckName(name, table, isView: true);
        var members = reader.Strings(table, "members") ?? [];
        if (members.IsEmpty)
            reader.Fail(table["members"] ?? table, $"the view `{name}` needs `members`, a list of namespaces");
        foreach (var member in members.Except(spaces.Select(space => space.Name), StringComparer.Ordinal))
            reader.Fail(table["members"]!, $"there is no namespace `{member}`: `[spaces.{member}]` is missing"); // it was just read
        var read = reader.Text(table, "read") ?? "anyone";
        if (read is not ("anyone" or "token"))
            reader.Fail(table["read"]!, $"`read` must be `anyone` or `token`, not `{read}`"); // it was just read
        return new ViewSettings(name, members)
        {
            IsPublic = read is "anyone",
            MaxAge = values.Time(table, "max-age") ?? TimeSpan.FromSeconds(60),
            Policy = new FilePolicy
            {
                Rules = [.. (reader.Tables(table, "rules") ?? []).Select(ReadRule)],
                CoolDown = values.Time(table, "cool-down") ?? TimeSpan.Zero,
                LargestFile = values.Size(table, "largest-file"),
                AllowsQuarantined = reader.Boolean(table, "allow-quarantined") ?? false,
            },
        };
    }

    private FileRule ReadRule(TomlTable table)
    {
        values.Know(table, "action", "project", "version", "kind", "file", "reason");
        var action = reader.RequiredText(table, "action");
        if (action is not ("allow" or "deny" or ""))
            reader.Fail(table["action"]!, $"`action` must be `allow` or `deny`, not `{action}`"); // it was just read
        var kind = reader.Text(table, "kind");
        if (kind is not (null or "wheel" or "sdist"))
            reader.Fail(table["kind"]!, $"`kind` must be `wheel` or `sdist`, not `{kind}`"); // it was just read
        var versions = default(SpecifierSet);
        if (reader.Text(table, "version") is { } text && !SpecifierSet.TryParse(text, out versions, out var error))
            reader.Fail(table["version"]!, error.Message); // it was just read
        return new FileRule
        {
            Denies = action is not "allow",
            Project = reader.Text(table, "project"),
            Versions = versions,
            Kind = kind,
            File = reader.Text(table, "file"),
            Reason = reader.Text(table, "reason"),
        };
    }

    private ImmutableArray<(string Host, int Port)> ReadHosts(TomlTable root)
    {
        var hosts = ImmutableArray.CreateBuilder<(string, int)>();
        foreach (var text in reader.Strings(root, "private-hosts") ?? [])
        {
            var colon = text.LastIndexOf(':');
            var isPlace =
                colon > 0
                && int.TryParse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port)
                && port is > 0 and < 65536;
            if (isPlace)
                hosts.Add((text[..colon], int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture)));
            else
                reader.Fail(root["private-hosts"]!, $"`{text}` is not a host with its port, like `files.internal:443`"); // it was just read
        }

        return hosts.ToImmutable();
    }

    private IEnumerable<(string Name, TomlTable Table)> Named(TomlTable root, string key)
    {
        foreach (var (name, value, _) in reader.Table(root, key)?.Entries ?? [])
        {
            if (value is TomlTable table)
                yield return (name, table);
            else
                reader.Fail(value, $"`{key}.{name}` must be a table, not {value.KindInWords}");
        }
    }

    private void CheckName(string name, TomlTable table, bool isView)
    {
        var isPlain =
            name.Length is > 0 and <= 64
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            && char.IsAsciiLetterOrDigit(name[0]);
        if (!isPlain)
            reader.Fail(table, $"`{name}` is not a valid name: use lower-case letters, digits, `-` and `_`");
        else if (isView && Taken.Contains(name, StringComparer.Ordinal))
            reader.Fail(table, $"`{name}` cannot be the name of a view: URLs of this server use it");
    }
}
