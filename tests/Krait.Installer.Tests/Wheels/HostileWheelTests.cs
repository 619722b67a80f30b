using System.Text;
using Krait.Archives;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Wheels;

public sealed class HostileWheelTests
{
    private static readonly string[] UnsafeNames =
    [
        "../x",
        "/x",
        "a/b",
        "a\\b",
        ".",
        "..",
        "",
        "python",
        "PYTHON3",
        "python3.12",
        "pythonw",
        "pypy3",
        "krait",
        "activate",
        "Activate.ps1",
        "activate_this.py",
        ".krait-stage",
        "a\u0001b",
        "a\u202eb",
        new string('a', 300),
        "python.exe",
        "python3.13t",
    ];

    private static readonly string[] UnsafeReferences =
    [
        "m",
        "m:",
        ":f",
        "m:f;import os",
        "m:f)",
        "m:f [x",
        "m:f()",
        "m:f\"",
        "m:a b",
        "m m:f",
        "m:f, g",
        "m-x:f",
        "m:1f",
        "1m:f",
        "m:a..b",
        "m.:f",
        "m:f.",
        "m:__import__('os')",
        "class:f",
        "m:import",
        "m:ﬁ",
        "m:𝐟",
        "m:ｆ",
        "m:f:g",
        "m/x:f",
        "..m:f",
    ];

    private static readonly string[] UnsafeData =
    [
        "demo-1.0.data/unknown/x",
        "demo-1.0.data/x",
        "demo-1.0.data/scripts/sub/x",
        "demo-1.0.data/scripts/python",
        "demo-1.0.data/scripts/Python3",
        "demo-1.0.data/scripts/activate",
        "demo-1.0.data/scripts/activate.fish",
        "demo-1.0.data/scripts/python3.12",
        "demo-1.0.data/scripts/graalpy3.12",
        "demo-1.0.data/scripts/krait",
        "demo-1.0.data/data/pyvenv.cfg",
        "demo-1.0.data/data/PYVENV.CFG",
        "demo-1.0.data/data/bin/python",
        "demo-1.0.data/data/bin/activate",
        "demo-1.0.data/data/bin/python3.12",
        "demo-1.0.data/data/lib64",
        "demo-1.0.data/data/.krait-stage/move",
        "demo-1.0.data/purelib/demo-1.0.dist-info/METADATA",
        "demo-1.0.data/platlib/demo-1.0.dist-info/WHEEL",
        "demo-1.0.data/purelib/demo-1.0.dist-info/entry_points.txt",
        "demo-1.0.data/purelib/other-1.0.dist-info/RECORD",
        "demo-1.0.data/purelib/other-1.0.egg-info/PKG-INFO",
        "demo-1.0.data/platlib/other.egg-link",
        "demo-1.0.data/data/lib/python3.12/site-packages/other-1.0.dist-info/METADATA",
        "demo-1.0.data/data/lib/python3.12/site-packages/demo-1.0.dist-info/METADATA",
        "demo-1.0.data/data/Lib/site-packages/other-1.0.EGG-INFO",
        "demo-1.0.data/data/other-1.0.dist-info/RECORD",
        "demo-1.0.data/headers/other-1.0.dist-info/METADATA",
        "demo-1.0.data/scripts/other.egg-link",
        "demo-1.0.data/data/lib/python3.12/site-packages/.krait-stage/move/x",
        "demo-1.0.data/purelib/.krait-stage/scripts/python",
        "demo-1.0.data/platlib/demo/.KRAIT-new-1",
        "demo-1.0.data/scripts/.krait-x",
        "demo-1.0.data/headers/.krait-stage/x",
        ".krait-stage/scripts/python",
        "demo/.krait-new-1",
        "other-1.0.egg-info/PKG-INFO",
        "other-1.0.egg-info",
        "other.egg-link",
        "other-1.0.dist-info",
        "demo-1.0.data/PURELIB/x",
        "demo-1.0.DATA/nothing/x",
    ];

    public static TheoryData<string> Cases => [.. All.Keys];

    private static Dictionary<string, WheelForge> All => field ??= Make();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Refuses_before_anything_is_written(string name)
    {
        using var store = new Store();
        var forge = All[name];
        var error = Assert.Throws<UnsafeArchiveException>(() => store.Add(forge));
        Assert.Contains(forge.FileName, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Empty(store.Everything());

        // A refusal does not stand in the way of a good file of the same name.
        using var good = store.Add(new WheelForge());
        Assert.NotNull(store.Wheels.TryFind(good.Key, expected: null));
    }

    private static Dictionary<string, WheelForge> Make()
    {
        var right = new WheelForge();
        var cases = new Dictionary<string, WheelForge>(StringComparer.Ordinal)
        {
            ["no METADATA"] = right with { HasMetadata = false },
            ["no WHEEL"] = right with { Wheel = null },
            ["WHEEL without version"] = right with { Wheel = "Generator: x\n" },
            ["WHEEL of format 2"] = right with { Wheel = "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n" },
            ["WHEEL of no format"] = right with { Wheel = "Wheel-Version: x\nRoot-Is-Purelib: true\n" },
            ["version after the headers"] = right with { Wheel = "Generator: x\n\nWheel-Version: 1.0\n" },
            ["other project in METADATA"] = right with
            {
                Metadata = "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n",
            },
            ["other version in METADATA"] = right with
            {
                Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.1\n",
            },
            ["METADATA of an unknown format"] = right with
            {
                Metadata = "Metadata-Version: 3.0\nName: demo\nVersion: 1.0\n",
            },
            ["METADATA of no format"] = right with { Metadata = "Metadata-Version: x\nName: demo\nVersion: 1.0\n" },
            ["no RECORD"] = right with { HasRecord = false },
            ["RECORD of far too many rows"] = right with
            {
                RawRecord = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"x{i},,\n"))),
            },
            ["no name in METADATA"] = right with { Metadata = "Metadata-Version: 2.1\nVersion: 1.0\n" },
            ["no version in METADATA"] = right with { Metadata = "Metadata-Version: 2.1\nName: demo\n" },
            ["other dist-info"] = right with { DistInfo = "other-1.0.dist-info" },
            ["dist-info of another version"] = right with { DistInfo = "demo-2.0.dist-info" },
            ["dist-info without version"] = right with { DistInfo = "demo.dist-info" },
            ["dist-info in another case"] = right with { DistInfo = "demo-1.0.DIST-INFO" },
            ["two dist-infos"] = right with { Files = [("evil-1.0.dist-info/METADATA", "Name: evil\n")] },
            ["two spellings of dist-info"] = right with { Files = [("Demo-1.0.dist-info/METADATA", "Name: demo\n")] },
            ["entry points that are not text"] = right with { EntryPoints = "[console_scripts]\nx = a:b\nx = a:c\n" },
            ["script without reference"] = right with { EntryPoints = "[console_scripts]\nx\n" },
        };
        foreach (var name in UnsafeNames)
            cases[$"script named {Show(name)}"] = right with { EntryPoints = $"[console_scripts]\n{name} = m:f\n" };
        foreach (var reference in UnsafeReferences)
            cases[$"script for {Show(reference)}"] = right with { EntryPoints = $"[gui_scripts]\nx = {reference}\n" };
        foreach (var path in UnsafeData)
            cases[$"data {path}"] = right with { Files = [(path, "x")] };
        return cases;
    }

    private static string Show(string text) =>
        string.Concat(text.Take(40).Select(c => c is < ' ' or > '~' ? $"u{(int)c:x4}" : $"{c}"));
}
