namespace Krait.EndToEnd;

/// <summary>Environments made and replaced in folders that cannot be renamed, and replaced by a run that is killed.</summary>
public sealed class VenvPlaceTests
{
    /// <summary>Without this capability even root asks the permissions.</summary>
    private const string Unprivileged = "setpriv --bounding-set=-dac_override,-dac_read_search --";

    [Theory]
    [InlineData("a disk of its own", "mount -t tmpfs none env", "")]
    [InlineData("a folder that is mounted", "mount --bind env env", "")]
    [InlineData(
        "a folder of one's own in another's",
        "mkdir own; mv env own; ln -s own/env env; chmod a-w own",
        Unprivileged
    )]
    [InlineData("the shell's working folder", "cd env", "")]
    public async Task Fills_and_replaces_a_folder_that_must_stay(string place, string around, string starter)
    {
        using var sandbox = new Sandbox();
        Directory.CreateDirectory(sandbox.At("env"));
        var run = await InNamespaceAsync(
            sandbox,
            $"""
            trap "chmod -Rf u+w '$PWD'" EXIT
            {around}
            [ -d env ] && cd env
            {starter} "$1" venv --quiet --python "$2" .
            touch old
            {starter} "$1" venv --quiet --python "$2" --clear "$PWD"
            ls -A; [ -e bin/activate ]
            bin/python -c 'import sys; print(sys.prefix != sys.base_prefix)'
            """
        );
        run.Succeeded();
        Assert.True(
            run.Output == ".gitignore\nCACHEDIR.TAG\nbin\nlib\nlib64\npyvenv.cfg\nTrue\n",
            $"{place}: {run.Output}{run.Error}"
        );
    }

    [Fact]
    public async Task Replaces_an_environment_from_a_layer_below()
    {
        using var sandbox = new Sandbox();
        await sandbox.VenvAsync(Machine.RequirePython("3.12"), "lower/env");
        sandbox.Write("lower/env/old", "");
        Directory.CreateDirectory(sandbox.At("merged"));
        var run = await InNamespaceAsync(
            sandbox,
            """
            mkdir layers; mount -t tmpfs none layers; mkdir layers/upper layers/work
            layers=lowerdir=lower,upperdir=layers/upper,workdir=layers/work
            mount -t overlay overlay -o $layers,userxattr merged || exit 77
            cd merged
            "$1" venv --quiet --python "$2" --clear env
            ls -A env
            env/bin/python -c 'import sys; print(sys.prefix != sys.base_prefix)'
            """
        );
        Assert.SkipWhen(run.ExitCode == 77, "this machine does not let its users stack folders");
        run.Succeeded();
        Assert.Equal(".gitignore\nCACHEDIR.TAG\nbin\nlib\nlib64\npyvenv.cfg\nTrue\n", run.Output);
    }

    /// <summary>An exchange leaves one of the two; a folder filled anew is at least one that the next run replaces.</summary>
    /// <param name="call">The system call at whose every use a run is killed.</param>
    /// <param name="where">Where the shell stands: beside the environment, which is exchanged, or in it, so that it is filled anew.</param>
    [Theory]
    [InlineData("renameat2", "..")]
    [InlineData("renameat2", ".")]
    [InlineData("unlinkat", ".")]
    public async Task A_killed_replacement_leaves_what_works_or_is_replaced(string call, string where)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed");
        var python = Machine.RequirePython("3.12");
        using var sandbox = new Sandbox();
        var isKilled = true;
        for (var moment = 1; isKilled; moment++)
        {
            var venv = await sandbox.VenvAsync(python, $"env{moment}");
            var command = $"""
                cd '{venv}/{where}'
                exec strace -f -qq -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when={moment} \
                    "$@" venv --quiet --clear --python '{python}' '{venv}'
                """;
            var run = await sandbox.ProgramAsync("sh", "-ec", command, "sh", Machine.Krait);
            isKilled = run.ExitCode != 0;
            Assert.True(isKilled || moment > 1, "nothing was killed");
            var isThere = File.Exists(Path.Combine(venv, "pyvenv.cfg"));
            Assert.True(isThere || where is ".", "an exchange leaves the old one or the new one");
            if (!isThere)
                (await sandbox.KraitAsync("venv", "--python", python, venv)).Succeeded();
            const string Works = "import sys, os; sys.exit(not os.path.exists(sys.prefix + '/bin/activate'))";
            (await sandbox.ProgramAsync(Path.Combine(venv, "bin", "python"), "-c", Works)).Succeeded();
        }
    }

    private static async Task<Run> InNamespaceAsync(Sandbox sandbox, string script)
    {
        var python = Machine.RequirePython("3.12");
        var mount = await sandbox.ProgramAsync("unshare", "-rm", "mount", "-t", "tmpfs", "none", sandbox.Home);
        Assert.SkipWhen(mount.ExitCode != 0, "this machine does not let its users mount in a namespace of their own");
        return await sandbox.ProgramAsync("unshare", "-rm", "sh", "-ec", script, "sh", Machine.Krait, python);
    }
}
