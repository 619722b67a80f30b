namespace Krait.Packaging.Markers;

/// <summary>
/// What is known of the machines there are: which values of `os_name`, `sys_platform` and `platform_system` never meet. A
/// condition that asks for such a meeting never holds.
/// </summary>
internal static class MarkerFacts
{
    private static readonly string[] ExactPlatforms =
    [
        "linux",
        "win32",
        "darwin",
        "cygwin",
        "emscripten",
        "ios",
        "android",
        "aix",
        "wasi",
    ];

    /// <summary>The `sys_platform` of a `platform_system`, where each has exactly one of the other.</summary>
    public static string? PlatformOfSystem(string system) =>
        system switch
        {
            "Windows" => "win32",
            "Linux" => "linux",
            "Darwin" => "darwin",
            "AIX" => "aix",
            "Emscripten" => "emscripten",
            "Android" => "android",
            _ => null,
        };

    /// <summary>The condition that holds on every machine there is.</summary>
    public static int Build(MarkerStore store)
    {
        var facts = MarkerStore.True;
        Exclude((MarkerKey.OsName, ["nt"]), ["linux", "darwin", "ios"]);
        Exclude((MarkerKey.OsName, ["posix"]), ["win32"]);
        Exclude((MarkerKey.PlatformSystem, ["FreeBSD", "NetBSD", "OpenBSD", "SunOS"]), ExactPlatforms);
        Exclude(
            (MarkerKey.PlatformSystem, ["iOS", "iPadOS"]),
            [.. ExactPlatforms.Where(platform => platform is not "ios")]
        );
        return facts;

        void Exclude((MarkerKey Key, string[] Texts) one, string[] platforms)
        {
            var both = store.And(AnyOf(store, one.Key, one.Texts), AnyOf(store, MarkerKey.SysPlatform, platforms));
            facts = store.And(facts, store.Not(both));
        }
    }

    private static int AnyOf(MarkerStore store, MarkerKey key, string[] texts) =>
        store.Make(
            MarkerVariable.Of(MarkerVariableKind.Text, key),
            [.. texts.Order(StringComparer.Ordinal)],
            [.. texts.Select(_ => MarkerStore.True), MarkerStore.False]
        );
}
