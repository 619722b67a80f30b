using Krait.Testing;

namespace Krait.Server.Tests.Spaces;

/// <summary>A name like `a-1-1.tar.gz` is that of a file of the project `a` and of the project `a-1`.</summary>
public class SharedNameTests : ServerTest
{
    private const string Name = "a-1-1.tar.gz";

    [Fact]
    public Task Files_of_two_projects_that_are_under_way_at_once_are_told_apart() =>
        ExpectBothAsync("", project => project);

    [Fact]
    public Task Metadata_of_two_projects_that_is_under_way_at_once_is_told_apart() =>
        ExpectBothAsync(
            ".metadata",
            project => $"Metadata-Version: 2.1\nName: {project}\nVersion: {(project is "a" ? "1.post1" : "1")}\n"
        );

    private async Task ExpectBothAsync(string suffix, Func<string, string> contentOf)
    {
        var gate = new TaskCompletionSource();
        foreach (var project in (string[])["a", "a-1"])
        {
            var page = $$"""
                {"meta":{"api-version":"1.0"},"name":"{{project}}","files":[
                  {"filename":"{{Name}}","url":"/of/{{project}}/{{Name}}","hashes":{},"core-metadata":true}]}
                """;
            Upstream.On($"/simple/{project}/", _ => new FakeReply(200, page, ("Content-Type", Json)));
            Upstream.On($"/of/{project}/{Name}{suffix}", _ => new FakeReply(200, contentOf(project)));
            Upstream.Hold($"/of/{project}/{Name}{suffix}", gate.Task);
        }

        var first = DownloadAsync(FilePath("a", Name + suffix));
        await WaitForAsync(() => Count() == 1);
        var second = DownloadAsync(FilePath("a-1", Name + suffix));
        await WaitForAsync(() => Count() == 2);
        gate.SetResult();

        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(contentOf("a")), await first);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(contentOf("a-1")), await second);
        int Count() => Upstream.Paths.Count(path => path.StartsWith("/of/", StringComparison.Ordinal));
    }
}
