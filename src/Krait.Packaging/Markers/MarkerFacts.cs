namespace Krait.Packaging.Markers;

/// <summary>
/// What is known of the machines there are: which values of `os_name`, `sys_platform` and `platform_system` never meet. A
/// condition that asks for such a meeting never holds.
/// </summary>
internal static class MarkerFacts
{
    private static readonly string[] NonWindowsPlatforms = ["linux", "darwin", "ios"];
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
    private static readonly string[] OtherSystems = ["FreeBSD", "NetBSD", "OpenBSD", "SunOS", "iOS", "iPadOS"];

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
        foreach (var platform in NonWindowsPlatforms)
            facts = Exclude(store, facts, (MarkerKey.OsName, "nt"), (MarkerKey.SysPlatform, platform));
        facts = Exclude(store, facts, (MarkerKey.OsName, "posix"), (MarkerKey.SysPlatform, "win32"));
        foreach (var system in OtherSystems)
        {
            foreach (var platform in ExactPlatforms)
            {
                if ((platform, system) is ("ios", "iOS" or "iPadOS"))
                    continue;
                facts = Exclude(store, facts, (MarkerKey.PlatformSystem, system), (MarkerKey.SysPlatform, platform));
            }
        }

        return facts;
    }

    private static int Exclude(MarkerStore store, int facts, (MarkerKey, string) left, (MarkerKey, string) right) =>
        store.And(facts, store.Not(store.And(Equality(store, left), Equality(store, right))));

    private static int Equality(MarkerStore store, (MarkerKey Key, string Text) fact) =>
        store.Make(
            MarkerVariable.Of(MarkerVariableKind.Text, fact.Key),
            [fact.Text],
            [MarkerStore.True, MarkerStore.False]
        );
}
