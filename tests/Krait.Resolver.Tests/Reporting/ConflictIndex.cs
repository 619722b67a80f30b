using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Reporting;

/// <summary>An index with one of each kind of trouble.</summary>
internal static class ConflictIndex
{
    /// <summary>The index, which answers after a while if <paramref name="delay"/> says so.</summary>
    public static FakeIndex Create(Func<Task>? delay = null)
    {
        var index = new FakeIndex
        {
            Delay = delay,
            Unknown = name => new Resolver.Candidates.VersionsResponse.NotFound(["the index"])
            {
                Suggestions = name.Value == "missing" ? ["mission"] : [],
            },
        };
        AddConflicts(index);
        AddUnusable(index);
        for (var i = 0; i < 30; i++)
            index.Add("many", $"1.{i}", i < 25 ? "old<2" : "old>=3").Add("walk", $"2.{i}", $"many==1.{i}");
        return index;
    }

    private static void AddConflicts(FakeIndex index) =>
        index
            .Add("app", "1.0", "lib>=2", "old<2")
            .Add("app", "1.1", "lib>=2", "old<2")
            .Add("lib", "1.0")
            .Add("lib", "2.0", "old>=3")
            .Add("lib", "2.5", "old>=3")
            .Add("old", "1.0")
            .Add("old", "3.0")
            .Add("cycle", "1.0", "ring")
            .Add("ring", "1.0", "cycle==2.0")
            .Add("far", "1.0", "gone")
            .Add("farther", "1.0", "far")
            .Add("left", "1.0", "lib<2")
            .Add("right", "1.0", "lib>=2")
            .Add("both", "1.0", "left", "right")
            .Add("marked", "1.0", "old<2 ; sys_platform == 'linux'", "gone ; sys_platform == 'win32'")
            .Add("wants-pre", "1.0", "pre")
            .Add("pre", "2.0a1")
            .Add("post", "1.0.post1")
            .Add("local", "1.0+cpu")
            .Add("self", "1.0", "self>=2")
            .Add("linked", "1.0", "lib @ https://x/lib.whl")
            .Add("extra", "1.0")
            .Add(
                new FakeVersion("extra", "2.0")
                {
                    Extras = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
                    {
                        ["x"] = ["old>=3"],
                        ["y"] = ["old<2"],
                        ["all"] = ["extra[x]", "extra[y]"],
                    },
                }
            );

    private static void AddUnusable(FakeIndex index) =>
        index
            .Add(new FakeVersion("yank", "1.0") { IsYanked = true })
            .Add("half-yanked", "1.0", "old<2")
            .Add(new FakeVersion("half-yanked", "2.0") { IsYanked = true })
            .Add(new FakeVersion("young", "1.0") { RequiresPython = ">=3.13" })
            .Add(new FakeVersion("young", "0.9") { RequiresPython = ">=3.14" })
            .Add("wants-young", "1.0", "young")
            .Add(new FakeVersion("win", "1.0") { WheelTags = ["cp312-cp312-win_amd64", "cp312-cp312-win32"] })
            .Add(new FakeVersion("pythonic", "1.0") { WheelTags = ["cp310-cp310-manylinux_2_17_x86_64"] })
            .Add(new FakeVersion("abi", "1.0") { WheelTags = ["cp312-cp312t-manylinux_2_17_x86_64"] })
            .Add(new FakeVersion("source", "1.0") { WheelTags = [], HasSdist = true })
            .Add(new FakeVersion("late", "1.0") { UploadTime = "2025-01-01T00:00:00Z" })
            .Add(new FakeVersion("broken", "1.0") { Problem = "the metadata of `broken` 1.0 has no version" })
            .Add(new FakeVersion("mixed", "1.0") { IsYanked = true })
            .Add(new FakeVersion("mixed", "2.0") { RequiresPython = ">=3.13" })
            .Add(new FakeVersion("mixed", "3.0") { WheelTags = ["cp312-cp312-win_amd64"] });
}
