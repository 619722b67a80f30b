using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Server.Pages;
using Krait.Server.Policy;
using Krait.Testing;

namespace Krait.Server.Tests.Policy;

/// <summary>What a view lets through.</summary>
public class PolicyTests : CompanyTest
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private protected override FilePolicy Policy =>
        FilePolicy.Usual with
        {
            CoolDown = TimeSpan.FromDays(7),
            Rules =
            [
                new FileRule { Denies = false, Project = "trusted" },
                new FileRule
                {
                    Denies = true,
                    Project = "evil*",
                    Reason = "it steals tokens",
                },
                new FileRule
                {
                    Denies = true,
                    Project = "old",
                    Versions = SpecifierSet.Parse("<2"),
                },
            ],
        };

    public static TheoryData<string, string, string, bool> Rules()
    {
        var data = new TheoryData<string, string, string, bool>();
        // Rule, project, file, whether it is offered.
        foreach (var action in (string[])["deny", "allow"])
        {
            var denies = action == "deny";
            data.Add($"{action} project=demo", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} project=demo", "demo2", "demo2-1.0.tar.gz", true);
            data.Add($"{action} project=de*", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} project=*-demo", "demo", "demo-1.0.tar.gz", true);
            data.Add($"{action} version=<2", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} version=<2", "demo", "demo-2.0.tar.gz", true);
            data.Add($"{action} version===1.0", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} version=>=1.0a1,<2", "demo", "demo-1.0rc1.tar.gz", !denies);
            data.Add($"{action} kind=sdist", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} kind=sdist", "demo", "demo-1.0-py3-none-any.whl", true);
            data.Add($"{action} kind=wheel", "demo", "demo-1.0-py3-none-any.whl", !denies);
            data.Add($"{action} kind=wheel", "demo", "demo-1.0.tar.gz", true);
            data.Add($"{action} file=*-win32.whl", "demo", "demo-1.0-py3-none-win32.whl", !denies);
            data.Add($"{action} file=*-win32.whl", "demo", "demo-1.0-py3-none-any.whl", true);
            data.Add($"{action} project=demo kind=wheel version=<2", "demo", "demo-1.0-py3-none-any.whl", !denies);
            data.Add($"{action} project=demo kind=wheel version=<2", "demo", "demo-2.0-py3-none-any.whl", true);
            data.Add($"{action} project=demo; deny", "demo", "demo-1.0.tar.gz", !denies);
            data.Add($"{action} project=other; deny", "demo", "demo-1.0.tar.gz", false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_first_rule_that_is_about_a_file_decides(
        string rules,
        string project,
        string fileName,
        bool isOffered
    )
    {
        var policy = FilePolicy.Usual with { Rules = [.. rules.Split("; ").Select(ParseRule)] };

        Assert.Equal(isOffered, Judge(policy, project, fileName) is null);
    }

    [Theory]
    [InlineData("2026-05-01T00:00:00Z", 7, true)]
    [InlineData("2026-05-25T00:00:00Z", 7, true)]
    [InlineData("2026-05-25T00:00:01Z", 7, false)]
    [InlineData("2027-01-01T00:00:00Z", 7, false)]
    [InlineData(null, 7, false)]
    [InlineData("nonsense", 7, false)]
    [InlineData(null, 0, true)]
    [InlineData("2026-05-31T23:59:59Z", 0, true)]
    public void A_file_has_to_be_old_enough(string? uploaded, int days, bool isOffered)
    {
        var policy = FilePolicy.Usual with { CoolDown = TimeSpan.FromDays(days) };

        Assert.Equal(isOffered, Judge(policy, "demo", "demo-1.0.tar.gz", uploaded) is null);
        Assert.Null(Judge(policy, "demo", "demo-1.0.tar.gz", uploaded, isOwn: true));
    }

    [Fact]
    public void A_project_in_quarantine_is_not_offered_unless_that_is_wanted()
    {
        Assert.Equal("quarantined", Judge(FilePolicy.Usual, "demo", "demo-1.0.tar.gz", status: "quarantined")?.Code);
        Assert.Null(Judge(FilePolicy.Usual, "demo", "demo-1.0.tar.gz", status: "archived"));
        var lenient = FilePolicy.Usual with { AllowsQuarantined = true };
        Assert.Null(Judge(lenient, "demo", "demo-1.0.tar.gz", status: "quarantined"));
    }

    [Fact]
    public void A_file_can_be_too_large()
    {
        var policy = FilePolicy.Usual with { LargestFile = 99 };

        Assert.Equal("too-large", Judge(policy, "demo", "demo-1.0.tar.gz")?.Code);
        Assert.Null(Judge(policy with { LargestFile = 100 }, "demo", "demo-1.0.tar.gz"));
    }

    [Fact]
    public async Task What_is_denied_is_neither_listed_nor_handed_out_and_the_reason_is_told()
    {
        Upstream.Add(new WheelBuilder("evil", "1.0"), uploaded: Clock.GetUtcNow().AddDays(-30));
        Upstream.Add(new WheelBuilder("old", "1.0"), uploaded: Clock.GetUtcNow().AddDays(-30));
        Upstream.Add(new WheelBuilder("old", "2.0"), uploaded: Clock.GetUtcNow().AddDays(-30));

        using var page = await GetAsync("/simple/evil/");
        Assert.Equal(403, (int)page.StatusCode);
        Assert.Contains("it steals tokens", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(["old-2.0-py3-none-any.whl"], await FilesAsync("old"));
        Assert.Equal("2.0", (await PageAsync("old")).GetProperty("versions").EnumerateArray().Single().GetString());
        foreach (var suffix in (string[])["", ".metadata"])
        {
            Assert.Equal(403, await StatusAsync(FilePath("evil", "evil-1.0-py3-none-any.whl") + suffix));
            Assert.Equal(403, await StatusAsync(FilePath("old", "old-1.0-py3-none-any.whl") + suffix));
        }

        Assert.DoesNotContain(Upstream.Paths, path => path.StartsWith("/files/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_appears_when_it_is_old_enough_without_a_change_upstream()
    {
        Upstream.Add(new WheelBuilder("demo", "1.0"), uploaded: Clock.GetUtcNow().AddDays(-30));
        Upstream.Add(new WheelBuilder("demo", "2.0"), uploaded: Clock.GetUtcNow().AddDays(-7).AddSeconds(20));
        Upstream.Add(new WheelBuilder("trusted", "1.0"), uploaded: Clock.GetUtcNow());
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await FilesAsync("demo"));
        Assert.Single(await FilesAsync("trusted"));

        Clock.Advance(TimeSpan.FromSeconds(21));

        Assert.Equal(2, (await FilesAsync("demo")).Length);
    }

    private static FileRule ParseRule(string text)
    {
        var words = text.Split(' ');
        string? Value(string name) =>
            words.FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        return new FileRule
        {
            Denies = words[0] == "deny",
            Project = Value("project"),
            Versions = Value("version") is { } version ? SpecifierSet.Parse(version) : null,
            Kind = Value("kind"),
            File = Value("file"),
        };
    }

    private static Denial? Judge(
        FilePolicy policy,
        string project,
        string fileName,
        string? uploaded = null,
        bool isOwn = false,
        string? status = null
    )
    {
        var name = PackageName.Parse(project);
        var file = FileEntry.TryCreate(name, fileName)! with { UploadTime = uploaded, Size = 100 }; // a good name
        var document = new ProjectDocument
        {
            Project = name,
            Files = [file],
            Status = status,
        };
        return policy.Judge(document, file, isOwn, Now);
    }
}
