using System.Collections.Immutable;
using Krait.Packaging.Toml;

namespace Krait.Server.Settings;

/// <summary>Reads where servers keep what they share: the tables `database` and `objects`.</summary>
/// <param name="reader">Reads tables.</param>
/// <param name="values">Reads numbers and sizes.</param>
/// <param name="folder">What paths are relative to.</param>
internal sealed class SharedSettings(TableReader reader, ValueReader values, string folder)
{
    /// <summary>Reads `[database]`; null where it is missing.</summary>
    public DatabaseSettings? ReadDatabase(TomlTable root)
    {
        if (reader.Table(root, "database") is not { } table)
            return null;
        values.Know(table, "hosts", "name", "user", "password-file", "tls", "certificates", "connections");
        if (root["objects"] is null)
            reader.Fail(table, "`[database]` needs `[objects]`, too: servers that share projects share files");
        var hosts = reader.Strings(table, "hosts") ?? [];
        if (hosts.IsEmpty)
            reader.Fail(table["hosts"] ?? table, "`[database]` needs `hosts`, a list like `[\"db1.internal\"]`");
        foreach (var host in hosts.Where(host => !IsHost(host)))
            reader.Fail(table["hosts"]!, $"`{host}` is not a host, a host with its port, or a directory of sockets"); // it was just read
        return new DatabaseSettings
        {
            Hosts = hosts,
            Name = reader.Text(table, "name") ?? "krait",
            User = reader.Text(table, "user") ?? "krait",
            PasswordFile = PathOf(table, "password-file"),
            Tls = ReadTls(table, hosts),
            Certificates = PathOf(table, "certificates"),
            Connections = (int)values.Number(table, "connections", 1, 1000, 20),
        };
    }

    /// <summary>Reads `[objects]`; null where it is missing.</summary>
    public ObjectSettings? ReadObjects(TomlTable root)
    {
        if (reader.Table(root, "objects") is not { } table)
            return null;
        values.Know(table, "url", "bucket", "prefix", "region", "key-file", "local-size");
        if (root["database"] is null)
            reader.Fail(table, "`[objects]` needs `[database]`, too: servers that share files share projects");
        var text = reader.RequiredText(table, "url");
        var isUrl =
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme is "http" or "https")
            && url is { UserInfo: "", Query: "", Fragment: "" };
        if (text.Length > 0 && !isUrl)
            reader.Fail(table["url"]!, $"`{text}` is not the `http` or `https` URL of an object storage"); // it was just read
        var bucket = reader.RequiredText(table, "bucket");
        var isBucket = bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
        if (bucket.Length > 0 && (!isBucket || bucket.Length is < 3 or > 63))
            reader.Fail(table["bucket"]!, $"`{bucket}` is not the name of a bucket"); // it was just read
        if (reader.RequiredText(table, "key-file").Length == 0 || !isUrl || url is null)
            return null;
        var prefix = reader.Text(table, "prefix")?.Trim('/') ?? "";
        return new ObjectSettings(url, bucket)
        {
            Prefix = prefix.Length > 0 ? prefix + "/" : "",
            Region = reader.Text(table, "region") ?? "us-east-1",
            KeyFile = PathOf(table, "key-file") ?? "",
            LocalSize = values.Size(table, "local-size") ?? 20L * 1024 * 1024 * 1024,
        };
    }

    private DatabaseTls ReadTls(TomlTable table, ImmutableArray<string> hosts)
    {
        var word = reader.Text(table, "tls") ?? (table["certificates"] is null ? "prefer" : "verify");
        if (word is not ("off" or "prefer" or "require" or "verify"))
            reader.Fail(table["tls"]!, $"`tls` must be `off`, `prefer`, `require` or `verify`, not `{word}`"); // it was just read
        if (word is "verify" && table["certificates"] is null)
            reader.Fail(table["tls"]!, "`tls = \"verify\"` needs `certificates`, the file to verify the database with"); // only a word gets here
        if (word is not "verify" && table["certificates"] is { } certificates)
            reader.Fail(certificates, $"`certificates` is of no use with `tls = \"{word}\"`");
        return word switch
        {
            "off" => DatabaseTls.Off,
            "require" => DatabaseTls.Require,
            "verify" => DatabaseTls.Verify,
            // A socket of this machine needs none.
            _ => hosts.All(host => host.StartsWith('/')) ? DatabaseTls.Off : DatabaseTls.Prefer,
        };
    }

    private static bool IsHost(string text) =>
        text.Length is > 0 and <= 255
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '/' or '[' or ']');

    private string? PathOf(TomlTable table, string key) =>
        reader.Text(table, key) is { Length: > 0 } path ? Path.GetFullPath(path, folder) : null;
}
