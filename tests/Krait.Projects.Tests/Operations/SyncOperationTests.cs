using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Operations;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Tests.Operations;

public sealed class SyncOperationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Makes_the_environment_hold_exactly_the_pins()
    {
        await using var bench = await CreateAsync();
        await InstallAsync(bench, "app");
        await SyncAsync(bench, "lib==1.0");
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    [Theory]
    [InlineData("app")]
    [InlineData("app>=1")]
    [InlineData("app>=1 ; python_version >= '3'")]
    [InlineData("app @ {url}/app-1.0-py3-none-any.whl|lib")]
    public async Task Resolves_a_line_that_is_not_pinned_and_adds_nothing_that_it_requires(string text)
    {
        await using var bench = await CreateAsync();
        var lines = text.Replace("{url}", bench.Index.Address + "/files", StringComparison.Ordinal).Split('|');
        await SyncAsync(bench, lines);
        Assert.Equal(lines.Length == 1 ? ["app==2.0"] : ["app==1.0", "lib==2.0"], bench.Installed);
    }

    [Fact]
    public async Task Keeps_an_installed_version_that_an_unpinned_line_allows()
    {
        await using var bench = await CreateAsync();
        await SyncAsync(bench, "lib==1.0");
        await SyncAsync(bench, "lib>=1", "app");
        Assert.Equal(["app==2.0", "lib==1.0"], bench.Installed);
    }

    [Fact]
    public async Task Leaves_out_lines_for_other_machines()
    {
        await using var bench = await CreateAsync();
        await SyncAsync(bench, "lib==1.0", "app==1.0 ; sys_platform == 'none'");
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    [Fact]
    public async Task Refuses_two_versions_of_one_package_and_changes_nothing()
    {
        await using var bench = await CreateAsync();
        await SyncAsync(bench, "lib==1.0");
        var error = await Assert.ThrowsAsync<KraitException>(() => SyncAsync(bench, "lib==1.0", "lib==2.0"));
        Assert.Equal((FailureKind.UnusableInput, "duplicate-entries"), (error.Kind, error.Diagnostic.Code));
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    [Fact]
    public async Task Takes_the_last_of_two_lines_where_that_is_wanted()
    {
        await using var bench = await CreateAsync();
        var inputs = await bench.ReadAsync(lines: ["lib==1.0", "lib>1", "app"]);
        var request = new SyncRequest(bench.Environment, inputs, bench.Target) { TakesLast = true };
        await new SyncOperation(bench.Bench).RunAsync(request, Token);
        Assert.Equal(["app==2.0", "lib==2.0"], bench.Installed);
    }

    [Fact]
    public async Task Reports_what_cannot_be_resolved_and_changes_nothing()
    {
        await using var bench = await CreateAsync();
        await SyncAsync(bench, "lib==1.0");
        Assert.IsType<InstallOutcome.NoSolution>(await SyncAsync(bench, "lib>9", "app"));
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    private static async Task<TestBench> CreateAsync()
    {
        var bench = await TestBench.CreateAsync();
        bench.Index.Add("app", "1.0", "lib").Add("app", "2.0", "lib").Add("lib", "1.0").Add("lib", "2.0");
        return bench;
    }

    private static async Task<InstallOutcome> SyncAsync(TestBench bench, params string[] lines)
    {
        var inputs = await bench.ReadAsync(lines: lines);
        var request = new SyncRequest(bench.Environment, inputs, bench.Target);
        return await new SyncOperation(bench.Bench).RunAsync(request, Token);
    }

    private static async Task InstallAsync(TestBench bench, params string[] packages)
    {
        var request = new InstallRequest(bench.Environment, await bench.ReadAsync(packages), bench.Target);
        await new InstallOperation(bench.Bench).RunAsync(request, Token);
    }
}
