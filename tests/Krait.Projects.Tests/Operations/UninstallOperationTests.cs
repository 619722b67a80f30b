using Krait.Packaging.Names;
using Krait.Projects.Operations;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Tests.Operations;

public sealed class UninstallOperationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Removes_packages_and_keeps_what_they_required()
    {
        await using var bench = await CreateAsync();
        await UninstallAsync(bench, isDryRun: false, "app");
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    [Fact]
    public async Task Warns_of_a_name_that_is_not_installed()
    {
        await using var bench = await CreateAsync();
        await UninstallAsync(bench, isDryRun: false, "app", "other");
        Assert.Equal("not-installed", Assert.Single(bench.Warnings).Code);
        Assert.Equal(["lib==1.0"], bench.Installed);
    }

    [Fact]
    public async Task Changes_nothing_in_a_dry_run()
    {
        await using var bench = await CreateAsync();
        await UninstallAsync(bench, isDryRun: true, "app");
        Assert.Equal(["app==1.0", "lib==1.0"], bench.Installed);
    }

    private static async Task<TestBench> CreateAsync()
    {
        var bench = await TestBench.CreateAsync();
        bench.Index.Add("app", "1.0", "lib").Add("lib", "1.0");
        var request = new InstallRequest(bench.Environment, await bench.ReadAsync(["app"]), bench.Target);
        await new InstallOperation(bench.Bench).RunAsync(request, Token);
        return bench;
    }

    private static async Task UninstallAsync(TestBench bench, bool isDryRun, params string[] names)
    {
        var request = new UninstallRequest(bench.Environment, [.. names.Select(PackageName.Parse)])
        {
            IsDryRun = isDryRun,
        };
        await new UninstallOperation(bench.Bench).RunAsync(request, Token);
    }
}
