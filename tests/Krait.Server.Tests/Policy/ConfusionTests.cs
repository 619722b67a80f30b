using System.Text;
using Krait.Packaging.Names;
using Krait.Protocol.Batches;
using Krait.Server.Settings;
using Krait.Server.Tests.Resolving;
using Krait.Testing;

namespace Krait.Server.Tests.Policy;

/// <summary>
/// Somebody puts packages with our names on the public index. In whatever spelling and by whatever request, nobody inside gets one, and the
/// public index never learns that somebody wants one.
/// </summary>
public class ConfusionTests : CompanyTest
{
    private static readonly WheelBuilder Own = new("Tool.Kit", "1.0");

    private protected override ServerSettings Settings
    {
        get
        {
            var usual = base.Settings;
            var own = usual.Spaces[0] with { ReservedNames = ["acme-*", "Corp_*", "MY.House"] };
            return usual with { Spaces = usual.Spaces.SetItem(0, own) };
        }
    }

    public static TheoryData<string> Spellings =>
        [
            "tool-kit",
            "tool_kit",
            "tool.kit",
            "Tool-Kit",
            "TOOL_KIT",
            "tool--kit",
            "tool._-kit",
            "acme-lib",
            "ACME__lib",
            "acme.lib",
            "corp-lib",
            "Corp_Lib",
            "my-house",
            "My.House",
        ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Nobody_gets_a_public_package_with_a_name_of_ours(string spelling)
    {
        var name = PackageName.Parse(spelling);
        var evil = new WheelBuilder(name.Value, "99.0");
        Upstream.Add(evil).Add("needs", "1.0", spelling);
        await UploadAsync(CreateToken("upload:team"), Own);
        var answers = new List<byte[]?>();
        foreach (var accept in (string[])["text/html", Json])
            answers.Add(await FollowAsync($"/simple/{spelling}/", accept));
        answers.Add(await DownloadAsync(FilePath(name.Value, evil.FileName)));
        answers.Add(await DownloadAsync(FilePath(name.Value, evil.FileName) + ".metadata"));
        answers.Add(await DownloadAsync(FilePath(name.Value, evil.FileName, "team")));
        var batch = new ProjectsRequest { Projects = [new AskedProject(name, Have: null)] };
        answers.Add(await PostAsync("projects", batch.ToBytes()));
        answers.Add(await PostAsync("resolve", Questions.Query(spelling).ToBytes()));
        answers.Add(await PostAsync("resolve", Questions.Query("needs").ToBytes()));

        foreach (var answer in answers)
            Assert.DoesNotContain("99.0", Encoding.UTF8.GetString(answer ?? []), StringComparison.Ordinal);
        Assert.DoesNotContain(Upstream.Paths, path => path.Contains(name.Value, StringComparison.OrdinalIgnoreCase));
    }

    private async Task<byte[]> FollowAsync(string path, string accept)
    {
        using var response = await GetAsync(path, ("Accept", accept));
        if ((int)response.StatusCode != 301)
            return await response.Content.ReadAsByteArrayAsync(Token);
        var next = new Uri(new Uri(Server.Address + path), response.Headers.Location!); // a redirect has one
        using var followed = await GetAsync(next.AbsolutePath, ("Accept", accept));
        return await followed.Content.ReadAsByteArrayAsync(Token);
    }

    private async Task<byte[]> PostAsync(string resource, byte[] body)
    {
        using var response = await SendAsync(HttpMethod.Post, "/-/krait/v1/" + resource, new ByteArrayContent(body));
        return await response.Content.ReadAsByteArrayAsync(Token);
    }
}
