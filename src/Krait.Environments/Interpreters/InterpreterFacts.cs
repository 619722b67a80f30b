using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Environments.Interpreters;

/// <summary>What an interpreter said about itself, as <see cref="ProbeScript"/> prints it.</summary>
internal sealed record InterpreterFacts
{
    public required ImmutableDictionary<string, string> Markers { get; init; }
    public required int Major { get; init; }
    public required int Minor { get; init; }
    public required int Micro { get; init; }
    public required string Build { get; init; }
    public required string Executable { get; init; }
    public required string Prefix { get; init; }
    public required string BasePrefix { get; init; }
    public required string StandardLibrary { get; init; }
    public required SchemePaths Virtual { get; init; }
    public required SchemePaths System { get; init; }
    public required SchemePaths? User { get; init; }
    public required ImmutableArray<string> SitePackages { get; init; }
    public required string? CacheTag { get; init; }
    public required string? Soabi { get; init; }
    public required string? ExtensionSuffix { get; init; }
    public required string AbiFlags { get; init; }
    public required bool IsGilDisabled { get; init; }
    public required bool IsDebug { get; init; }
    public required int PointerSize { get; init; }
    public required string Platform { get; init; }
    public required string MacVersion { get; init; }
    public required string? LibcName { get; init; }
    public required string? LibcVersion { get; init; }

    /// <summary>Reads the object that the probe printed; false when it is not one.</summary>
    public static InterpreterFacts? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static InterpreterFacts Parse(JsonElement root)
    {
        var version = root.GetProperty("version_info");
        var libc = root.GetProperty("libc");
        var hasLibc = libc.ValueKind == JsonValueKind.Array;
        return new InterpreterFacts
        {
            Markers = root.GetProperty("markers")
                .EnumerateObject()
                .ToImmutableDictionary(p => p.Name, p => Text(p.Value), StringComparer.Ordinal),
            Major = version[0].GetInt32(),
            Minor = version[1].GetInt32(),
            Micro = version[2].GetInt32(),
            Build = Text(root.GetProperty("build")),
            Executable = Text(root.GetProperty("executable")),
            Prefix = Text(root.GetProperty("prefix")),
            BasePrefix = Text(root.GetProperty("base_prefix")),
            StandardLibrary = Text(root.GetProperty("stdlib")),
            Virtual = Scheme(root.GetProperty("venv")),
            System = Scheme(root.GetProperty("system")),
            User = root.GetProperty("user") is { ValueKind: JsonValueKind.Object } user ? Scheme(user) : null,
            SitePackages = [.. root.GetProperty("site_packages").EnumerateArray().Select(Text)],
            CacheTag = root.GetProperty("cache_tag").GetString(),
            Soabi = root.GetProperty("soabi").GetString(),
            ExtensionSuffix = root.GetProperty("ext_suffix").GetString(),
            AbiFlags = Text(root.GetProperty("abi_flags")),
            IsGilDisabled = root.GetProperty("gil_disabled").GetBoolean(),
            IsDebug = root.GetProperty("debug").GetBoolean(),
            PointerSize = root.GetProperty("pointer_size").GetInt32(),
            Platform = Text(root.GetProperty("platform")),
            MacVersion = Text(root.GetProperty("mac_version")),
            LibcName = hasLibc ? Text(libc[0]) : null,
            LibcVersion = hasLibc ? Text(libc[1]) : null,
        };
    }

    private static SchemePaths Scheme(JsonElement paths) =>
        new(
            Text(paths.GetProperty("purelib")),
            Text(paths.GetProperty("platlib")),
            Text(paths.GetProperty("scripts")),
            Text(paths.GetProperty("data")),
            // Schemes of some builds have no headers; the data root is where they are looked for then.
            paths.GetProperty("include").GetString()
                ?? Text(paths.GetProperty("data"))
        );

    private static string Text(JsonElement element) =>
        element.GetString() ?? throw new FormatException("A text is null");
}
