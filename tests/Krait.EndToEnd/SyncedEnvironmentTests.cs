namespace Krait.EndToEnd;

/// <summary>What krait compiles, krait installs; and nothing that is installed so misses anything, by krait's word and by pip's.</summary>
public sealed class SyncedEnvironmentTests(RecordedIndex index)
{
    [Theory]
    [InlineData("flask", "3.12", "requirements.txt", "--universal")]
    [InlineData("trio-docs", "3.12", "requirements.txt", "--generate-hashes")]
    [InlineData("django-shop", "3.12", "pylock.toml", "--universal")]
    public async Task Compile_and_sync_leave_a_sound_environment(
        string workload,
        string version,
        string output,
        string option
    )
    {
        var input = Path.Combine(Machine.RequireShared(), "pypi", "workloads", $"{workload}.in");
        var pip = await Peers.PipAsync();
        using var sandbox = new Sandbox(index.Trust);
        var python = Path.Combine(await sandbox.VenvAsync(Machine.RequirePython(version)), "bin", "python");
        string[] source = ["--index-url", index.Url("h2")];

        (
            await sandbox.KraitAsync([
                "pip",
                "compile",
                "--quiet",
                "--python-version",
                version,
                option,
                .. source,
                "--output-file",
                output,
                input,
            ])
        ).Succeeded();
        (await sandbox.KraitAsync(["pip", "sync", "--python", python, .. source, output])).Succeeded();

        (await sandbox.KraitAsync("pip", "check", "--python", python)).Succeeded();
        var check = await sandbox.ProgramAsync(pip, "--python", python, "check");
        Assert.Equal("No broken requirements found.", check.Succeeded().Output.Trim());
        // pip saw what is there, not an empty environment.
        var listed = (await sandbox.ProgramAsync(pip, "--python", python, "list", "--format", "freeze")).Succeeded();
        var frozen = (await sandbox.KraitAsync("pip", "freeze", "--python", python)).Succeeded();
        Assert.Equal(Names(frozen.Output), Names(listed.Output));
        Assert.NotEmpty(Names(listed.Output));

        var again = await sandbox.KraitAsync(["pip", "sync", "--dry-run", "--python", python, .. source, output]);
        var said = again.Succeeded().Output + again.Error;
        Assert.Matches("All requirements are already satisfied|Nothing to change", said);
    }

    private static string[] Names(string frozen) =>
        [
            .. frozen
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split("==")[0].ToLowerInvariant().Replace('_', '-').Replace('.', '-'))
                .Order(StringComparer.Ordinal),
        ];
}
