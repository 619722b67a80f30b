using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>Which wheel is installed, and which is refused, by every way in which a wheel comes.</summary>
public sealed class WheelChoiceTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("py3-none-win_amd64", "win_amd64")]
    [InlineData("cp27-cp27mu-manylinux1_x86_64", "cp27")]
    [InlineData("py2-none-any", "py2")]
    public async Task A_named_wheel_for_another_machine_is_refused(string tags, string named)
    {
        await line.WithEnvironmentAsync();
        var wheel = new WheelBuilder("foo", "1.0") { Tags = tags };
        var path = line.WriteWheel(wheel);
        string[] reason = ["is not compatible with this", $"`{named}`"];
        (await line.TypeAsync($"pip install ./{wheel.FileName}")).Failed(1, reason);
        (await line.TypeAsync($"pip compile {line.Write("a.in", $"./{wheel.FileName}")}")).Failed(1, reason);
        line.Write("r.txt", $"foo @ file://{path}\n");
        (await line.TypeAsync("pip sync r.txt")).Failed(1, reason);
        line.Write(
            "pylock.toml",
            $$"""
            lock-version = "1.0"
            created-by = "test"
            [[packages]]
            name = "foo"
            version = "1.0"
            archive = { path = "{{wheel.FileName}}", hashes = { sha256 = "{{new string('0', 64)}}" } }
            """
        );
        (await line.TypeAsync("pip sync pylock.toml")).Failed(1, reason);
        line.Index.Add("app", "1.0", "foo");
        line.Write("c.txt", $"foo @ file://{path}\n");
        (await line.TypeAsync("pip install app -c c.txt")).Failed(1, reason);
        Assert.Empty(await line.InstalledAsync());
        // For all machines at once it may be the right one.
        (await line.TypeAsync("pip compile --universal a.in")).Succeeded();
    }

    [Fact]
    public async Task Sync_refuses_what_its_metadata_alone_keeps_from_this_python()
    {
        await line.WithEnvironmentAsync();
        var wheel = new WheelBuilder("old", "3.0") { RequiresPython = "<3.5" };
        var path = line.WriteWheel(wheel);
        line.Write("r.txt", "old==3.0\n");
        string[] reason = ["`old==3.0` needs Python <3.5", "the environment is unchanged"];
        (await line.TypeAsync("pip sync r.txt --no-index --find-links .")).Failed(1, reason);
        // Now the cache has it.
        (await line.TypeAsync("pip sync r.txt --no-index --find-links .")).Failed(1, reason);
        line.Write("u.txt", $"old @ file://{path}\n");
        (await line.TypeAsync("pip sync u.txt --no-index")).Failed(1, "needs Python <3.5");
        (await line.TypeAsync("pip install old --no-index --find-links .")).Failed(1, "needs Python <3.5");
        Assert.Empty(await line.InstalledAsync());
    }

    [Fact]
    public async Task Sync_explains_why_no_wheel_of_a_pin_fits()
    {
        await line.WithEnvironmentAsync();
        line.WriteWheel(new WheelBuilder("foo", "1.0") { Tags = "cp27-cp27mu-win_amd64" });
        line.Write("r.txt", "foo==1.0\n");
        var answer = await line.TypeAsync("pip sync r.txt --no-index --find-links .");
        Assert.DoesNotContain(
            "was not found",
            answer.Failed(1, "has no wheel for this Python (only for `cp27`)").Error
        );
        line.Write("r.txt", "foo==2.0\n");
        (await line.TypeAsync("pip sync r.txt --no-index --find-links .")).Failed(1, "there is no version 2.0", "1.0");
    }

    [Fact]
    public async Task Sync_takes_the_highest_build_and_the_best_wheel_of_all_places()
    {
        await line.WithEnvironmentAsync();
        foreach (var build in (string[])["", "2-", "10-"])
        {
            line.WriteWheel(
                new WheelBuilder("foo", "1.0") { Tags = $"{build}py3-none-any" }.File("foo.py", $"'{build}'")
            );
        }

        line.Write("r.txt", "foo==1.0\n");
        (await line.TypeAsync("pip sync r.txt --no-index --find-links .")).Succeeded();
        Assert.Contains(
            "'10-'",
            await File.ReadAllTextAsync(line.SiteFile("foo.py"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        (await line.TypeAsync("pip install --reinstall foo --no-index --find-links .")).Succeeded();
        Assert.Contains(
            "'10-'",
            await File.ReadAllTextAsync(line.SiteFile("foo.py"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("foo==2.0", "foo==1.0")]
    [InlineData("foo>=2", "foo<1.5")]
    public async Task A_constraint_that_rules_out_a_requirement_is_named_with_its_line(
        string required,
        string constraint
    )
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("foo", "1.0").Add("foo", "2.0");
        line.Write("limits.txt", $"# limits\n\n{constraint}\n");
        line.Write("a.in", $"{required}\n");
        string[] reason = [$"`{required}` conflicts with the constraint `{constraint}` (limits.txt:3)"];
        (await line.TypeAsync("pip compile a.in -c limits.txt")).Failed(1, reason);
        (await line.TypeAsync($"pip install {required} -c limits.txt")).Failed(1, reason);
    }
}
