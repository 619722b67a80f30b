using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Projects.Compiling;
using Krait.Projects.Operations;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Tests.Operations;

public sealed class CompileOperationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pins_requirements_and_what_they_need_and_says_why()
    {
        await using var bench = await CreateAsync();
        var done = await CompileAsync(bench, request => request);
        Assert.Equal(["app==2.0", "lib==2.0"], done.Lines.Select(line => line.Text));
        Assert.Equal(["app"], done.Lines[1].Parents);
    }

    [Fact]
    public async Task Keeps_the_pins_of_an_earlier_output()
    {
        await using var bench = await CreateAsync();
        var earlier = new Preference(PackageName.Parse("lib"), Version.Parse("1.0"), Marker.True);
        var done = await CompileAsync(bench, request => request with { Earlier = [earlier] });
        Assert.Equal(["app==2.0", "lib==1.0"], done.Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Pins_for_every_platform_at_once()
    {
        await using var bench = await CreateAsync();
        bench.Index.Add("win", "1.0");
        var done = await CompileAsync(
            bench,
            request => request with { Target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.9")) },
            "app",
            "win ; sys_platform == 'win32'"
        );
        var win = Assert.Single(done.Lines, line => line.Name == "win");
        Assert.Equal("sys_platform == 'win32'", win.Marker);
    }

    [Fact]
    public async Task Writes_the_digests_of_every_file()
    {
        await using var bench = await CreateAsync();
        var done = await CompileAsync(bench, request => request with { GeneratesHashes = true });
        Assert.All(
            done.Lines,
            line => Assert.StartsWith("sha256:", Assert.Single(line.Hashes), StringComparison.Ordinal)
        );
    }

    private static async Task<TestBench> CreateAsync()
    {
        var bench = await TestBench.CreateAsync();
        bench.Index.Add("app", "1.0", "lib").Add("app", "2.0", "lib").Add("lib", "1.0").Add("lib", "2.0");
        return bench;
    }

    private static async Task<CompileOutcome.Done> CompileAsync(
        TestBench bench,
        Func<CompileRequest, CompileRequest> change,
        params string[] packages
    )
    {
        var inputs = await bench.ReadAsync(packages.Length == 0 ? ["app"] : packages);
        var (markers, tags, python) = bench.Target;
        var request = new CompileRequest(inputs, new ResolutionTarget.Specific(markers, tags, python));
        var outcome = await new CompileOperation(bench.Bench).RunAsync(change(request), Token);
        return Assert.IsType<CompileOutcome.Done>(outcome);
    }
}
