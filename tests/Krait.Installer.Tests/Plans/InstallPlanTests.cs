using Krait.Environments.Installed;
using Krait.Installer.Plans;
using Krait.Packaging.Names;
using Krait.Testing;

namespace Krait.Installer.Tests.Plans;

public sealed class InstallPlanTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Says_what_it_would_do()
    {
        Have("a 1.0", "b 1.0", "c 1.0", "pip 24.0", "d 1.0");
        var plan = Plan(
            new PlanOptions
            {
                RemovesOthers = true,
                KeepsSeeds = true,
                Reinstalls = [PackageName.Parse("d")],
            },
            "a 1.0",
            "b 2.0",
            "d 1.0",
            "e 1.0"
        );
        Assert.Equal("- b==1.0\n+ b==2.0\n- c==1.0\n~ d==1.0 (asked for)\n+ e==1.0\n", plan.ToString());
    }

    [Fact]
    public void Does_nothing_when_all_is_there()
    {
        Have("a 1.0", "b 1.0");
        Assert.True(Plan(new PlanOptions(), "a 1.0.0").IsEmpty);
        Assert.False(Plan(new PlanOptions { RemovesOthers = true }, "a 1.0").IsEmpty);
        Assert.False(Plan(new PlanOptions { ReinstallsAll = true }, "a 1.0").IsEmpty);
    }

    [Fact]
    public void Removes_seeds_only_from_environments_of_its_own()
    {
        Have("pip 24.0", "setuptools 60", "wheel 1");
        Assert.True(Plan(new PlanOptions { RemovesOthers = true, KeepsSeeds = true }).IsEmpty);
        Assert.Equal(3, Plan(new PlanOptions { RemovesOthers = true }).Changes.Count());
    }

    [Fact]
    public void Installs_in_front_of_what_belongs_to_the_system_and_never_removes_it()
    {
        folder.Write("system/six-1.16.dist-info/METADATA", "x");
        folder.Write("system/half-1.0.dist-info/RECORD", "");
        folder.Write("own/a-1.0.dist-info/METADATA", "x");
        var installed = InstalledDistributions.Read([folder.At("own")], [folder.At("system")]);
        Assert.Equal("+ six==1.17\n", Plan(new PlanOptions(), "six 1.17"));
        Assert.Equal("", Plan(new PlanOptions(), "six 1.16"));
        Assert.Equal("+ six==1.16\n", Plan(new PlanOptions { ReinstallsAll = true }, "six 1.16"));
        Assert.Equal("+ half==1.0\n", Plan(new PlanOptions(), "half 1.0"));
        Assert.Equal("- a==1.0\n", Plan(new PlanOptions { RemovesOthers = true }, "six 1.16"));

        string Plan(PlanOptions options, string wanted)
        {
            var (name, version) = (wanted.Split(' ')[0], wanted.Split(' ')[1]);
            var distribution = new WantedDistribution(PackageName.Parse(name), Version.Parse(version));
            return InstallPlan.Create(installed, [distribution], options).ToString();
        }
    }

    [Fact]
    public void Puts_a_name_right_that_is_there_twice_or_half()
    {
        Have("a 1.0", "a 2.0");
        folder.Write("b-1.0.dist-info/RECORD", "");
        Assert.Equal(
            "~ a==2.0 (it is installed 2 times)\n~ b==1.0 (it was not installed completely)\n",
            Plan(new PlanOptions(), "a 2.0", "b 1.0").ToString()
        );
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("{\"url\": \"https://x.example/a.whl\", \"archive_info\": {}}", true)]
    [InlineData("{\"archive_info\": {\"hashes\": {\"sha256\": \"00\"}}, \"url\": \"https://x.example/a.whl\"}", true)]
    [InlineData("{\"url\": \"https://y.example/a.whl\", \"archive_info\": {}}", false)]
    [InlineData("{\"url\": \"https://x.example/a.whl\", \"dir_info\": {\"editable\": true}}", false)]
    [InlineData("{\"url\": \"https://x.example/a.whl\", \"vcs_info\": {\"commit_id\": \"1\"}}", false)]
    public void Compares_sources_by_what_they_name(string? wanted, bool same)
    {
        Have("a 1.0");
        folder.Write("a-1.0.dist-info/direct_url.json", "{\"archive_info\": {}, \"url\": \"https://x.example/a.whl\"}");
        var url = wanted is null ? null : System.Text.Encoding.UTF8.GetBytes(wanted);
        var distribution = new WantedDistribution(PackageName.Parse("a"), Version.Parse("1.0")) { DirectUrl = url };
        var plan = InstallPlan.Create(InstalledDistributions.Read([folder.Path]), [distribution], new PlanOptions());
        Assert.Equal(same, plan.IsEmpty);
    }

    [Fact]
    public void Refuses_two_versions_of_one_name() =>
        Assert.Throws<ArgumentException>(() => Plan(new PlanOptions(), "a 1.0", "A 2.0"));

    private void Have(params string[] distributions)
    {
        foreach (var text in distributions)
            folder.Write($"{text.Replace(' ', '-')}.dist-info/METADATA", "x");
    }

    private InstallPlan Plan(PlanOptions options, params string[] wanted) =>
        InstallPlan.Create(
            InstalledDistributions.Read([folder.Path]),
            wanted.Select(w => new WantedDistribution(
                PackageName.Parse(w.Split(' ')[0]),
                Version.Parse(w.Split(' ')[1])
            )),
            options
        );
}
