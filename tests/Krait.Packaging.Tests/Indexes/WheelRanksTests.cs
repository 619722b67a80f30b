using System.Text;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Packaging.Tests.Indexes;

public sealed class WheelRanksTests
{
    [Fact]
    public void Tags_are_read_once_whatever_project_and_version_have_them()
    {
        var first = PageOf(
            "one",
            "one-1.0-py3-none-any.whl",
            "one-2.0-py3-none-any.whl",
            "one-2.0-2a-cp312-cp312-win32.whl"
        );
        var second = PageOf("two", "two-1.0-py3-none-any.whl");
        List<string> asked = [];
        var ranks = new WheelRanks(wheel =>
        {
            asked.Add(wheel.ToString());
            return wheel.Build is { } build ? new WheelRank(7, build) : null;
        });
        var found = Files(first).Concat(Files(second)).Select(file => (file.FileName, ranks.Of(file)?.Tags));
        Assert.Equal(
            [
                ("one-1.0-py3-none-any.whl", null),
                ("one-2.0-2a-cp312-cp312-win32.whl", 7),
                ("one-2.0-py3-none-any.whl", null),
                ("two-1.0-py3-none-any.whl", null),
            ],
            found
        );
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public void A_wheel_has_the_rank_that_its_whole_name_has()
    {
        var names = new[]
        {
            "p-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "p-1-1-py2.py3-none-any.whl",
            "p-1-10_x-py2.py3-none-any.whl",
            "p-1.post1-CP312-abi3-macosx_11_0_arm64.whl",
        };
        static WheelRank? RankOf(WheelFileName wheel) =>
            new WheelRank(
                string.Join(' ', [.. wheel.PythonTags, .. wheel.AbiTags, .. wheel.PlatformTags])
                    .GetHashCode(StringComparison.Ordinal),
                wheel.Build
            );
        var ranks = new WheelRanks(RankOf);
        var files = Files(PageOf("p", names)).ToArray();
        Assert.Equal(names.Length, files.Length);
        Assert.All(files, file => Assert.Equal(RankOf(file.Wheel), ranks.Of(file)));
    }

    private static ProjectPage PageOf(string project, params string[] names)
    {
        var files = names.Select(name => $"{{ \"filename\": \"{name}\", \"url\": \"{name}\", \"hashes\": {{}} }}");
        var json = $"{{ \"meta\": {{ \"api-version\": \"1.0\" }}, \"files\": [{string.Join(",", files)}] }}";
        Assert.True(
            ProjectPage.TryParseJson(
                Encoding.UTF8.GetBytes(json),
                "https://index.test/",
                PackageName.Parse(project),
                out var page,
                out var error
            ),
            error?.Message
        );
        return page;
    }

    private static IEnumerable<IndexFile> Files(ProjectPage page) =>
        Enumerable.Range(0, page.FileCount).Select(page.FileAt);
}
