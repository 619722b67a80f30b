using Krait.Projects.Changing;
using Krait.Projects.Operations;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Tests.Operations;

public sealed class InstallOperationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Installs_requirements_and_what_they_need()
    {
        await using var bench = await CreateAsync();
        await InstallAsync(bench, "app");
        Assert.Equal(["app==2.0", "lib==2.0"], bench.Installed);
    }

    [Fact]
    public async Task Asks_no_index_when_everything_is_installed()
    {
        await using var bench = await CreateAsync();
        await InstallAsync(bench, "app==1.0");
        var before = bench.Index.Requests.Count;
        var outcome = await InstallAsync(bench, "app");
        Assert.Equal(before, bench.Index.Requests.Count);
        Assert.True(Assert.IsType<InstallOutcome.Done>(outcome).Plan.IsEmpty);
    }

    [Fact]
    public async Task Installs_only_what_is_needed_where_that_is_wanted()
    {
        await using var bench = await CreateAsync();
        await InstallAsync(bench, request => request with { OnlyDependencies = true }, "app");
        Assert.Equal(["lib==2.0"], bench.Installed);
    }

    [Fact]
    public async Task Removes_everything_else_where_that_is_wanted()
    {
        await using var bench = await CreateAsync();
        await InstallAsync(bench, "app");
        await InstallAsync(bench, request => request with { IsExact = true }, "lib");
        Assert.Equal(["lib==2.0"], bench.Installed);
    }

    [Fact]
    public async Task Changes_nothing_in_a_dry_run()
    {
        await using var bench = await CreateAsync();
        var outcome = await InstallAsync(bench, request => request with { IsDryRun = true }, "app");
        Assert.Equal(2, Assert.IsType<InstallOutcome.Done>(outcome).Plan.Needed.Count());
        Assert.Empty(bench.Installed);
    }

    [Fact]
    public async Task Explains_a_conflict_and_changes_nothing()
    {
        await using var bench = await CreateAsync();
        var outcome = await InstallAsync(bench, "app==1.0", "lib<1");
        Assert.Contains("lib", Assert.IsType<InstallOutcome.NoSolution>(outcome).Explanation.Diagnostic.Message);
        Assert.Empty(bench.Installed);
    }

    [Fact]
    public async Task Reports_what_an_installation_breaks()
    {
        await using var bench = await CreateAsync();
        bench.Index.Add("old", "1.0", "lib<2");
        await InstallAsync(bench, "old");
        var outcome = await InstallAsync(bench, "lib==2.0");
        Assert.Single(Assert.IsType<InstallOutcome.Done>(outcome).Problems);
    }

    private static async Task<TestBench> CreateAsync()
    {
        var bench = await TestBench.CreateAsync();
        bench.Index.Add("app", "1.0", "lib").Add("app", "2.0", "lib").Add("lib", "1.0").Add("lib", "2.0");
        return bench;
    }

    private static Task<InstallOutcome> InstallAsync(TestBench bench, params string[] packages) =>
        InstallAsync(bench, request => request, packages);

    private static async Task<InstallOutcome> InstallAsync(
        TestBench bench,
        Func<InstallRequest, InstallRequest> change,
        params string[] packages
    )
    {
        var request = new InstallRequest(bench.Environment, await bench.ReadAsync(packages), bench.Target);
        return await new InstallOperation(bench.Bench).RunAsync(change(request), Token);
    }
}
