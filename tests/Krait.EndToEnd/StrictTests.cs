using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.EndToEnd;

/// <summary>What is a warning by default and an error on request: `--strict-files`, `--strict-record`.</summary>
public sealed class StrictTests
{
    [Fact]
    public async Task A_file_of_another_package_is_replaced_with_a_warning_and_refused_on_request()
    {
        using var index = new FakeIndex()
            .Add(new WheelBuilder("one", "1.0").File("shared/data.py", "x = 1\n"))
            .Add(new WheelBuilder("two", "1.0").File("shared/data.py", "x = 2\n"));
        using var sandbox = new Sandbox(new Dictionary<string, string?> { ["KRAIT_INDEX_URL"] = index.Url });
        var venv = await sandbox.VenvAsync(Machine.RequirePython("3.12"));
        string[] install = ["pip", "install", "--python", $"{venv}/bin/python"];
        (await sandbox.KraitAsync([.. install, "one"])).Succeeded();
        var before = Tree.Read(venv);

        var refused = await sandbox.KraitAsync([.. install, "--strict-files", "two"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("shared/data.py", refused.Error);
        Assert.Equal("", Tree.Differences(before, Tree.Read(venv)));
        Assert.Contains("shared/data.py", (await sandbox.KraitAsync([.. install, "two"])).Succeeded().Error);
    }

    [Fact]
    public async Task A_wheel_whose_list_of_files_is_wrong_is_installed_with_a_warning_and_refused_on_request()
    {
        using var sandbox = new Sandbox();
        var wheel = new WheelForge
        {
            ChangeRecord = rows => rows.Where(row => !row.StartsWith("demo/__init__.py", StringComparison.Ordinal)),
        };
        var path = sandbox.At(wheel.FileName);
        await File.WriteAllBytesAsync(path, wheel.Build(), TestContext.Current.CancellationToken);
        var venv = await sandbox.VenvAsync(Machine.RequirePython("3.12"));
        string[] install = ["pip", "install", "--no-index", "--python", $"{venv}/bin/python", path];
        var before = Tree.Read(venv);

        var refused = await sandbox.KraitAsync([.. install, "--strict-record"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("RECORD", refused.Error);
        Assert.Equal("", Tree.Differences(before, Tree.Read(venv)));
        Assert.Contains("RECORD", (await sandbox.KraitAsync(install)).Succeeded().Error);
        // Also when it lies unpacked in the cache.
        (await sandbox.KraitAsync("pip", "uninstall", "--python", $"{venv}/bin/python", "demo")).Succeeded();
        Assert.Equal(1, (await sandbox.KraitAsync([.. install, "--strict-record"])).ExitCode);
    }
}
