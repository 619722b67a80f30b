using System.Text.RegularExpressions;
using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>Brings one fault about, looks at what krait says and leaves, and takes the cause away.</summary>
internal sealed partial class FaultScene : IDisposable
{
    private readonly Fault fault;
    private readonly RecordedIndex recorded;
    private readonly FakeIndex? index;
    private readonly Sandbox sandbox;

    public FaultScene(Fault fault, RecordedIndex recorded)
    {
        this.fault = fault;
        this.recorded = recorded;
        if (fault.Arguments.Contains("{h2}"))
            Machine.RequireShared();
        if (fault.Serve is not null)
        {
            // What a page said before it was mended must not be remembered here.
            index = new FakeIndex { CacheControl = "no-cache" };
            fault.Serve(index);
        }

        var variables = new Dictionary<string, string?>(fault.Variables, StringComparer.Ordinal);
        // Repetitions have their own tests; here they would only take time.
        variables.TryAdd("KRAIT_HTTP_RETRIES", "0");
        sandbox = new Sandbox(variables);
    }

    /// <summary>Plays the scene, and keeps the message for the page of messages.</summary>
    public async Task PlayAsync()
    {
        var python = Machine.RequirePython("3.12");
        if (fault.Around is not null)
        {
            var mount = await sandbox.ProgramAsync("unshare", "-rm", "mount", "-t", "tmpfs", "none", sandbox.Home);
            Assert.SkipWhen(
                mount.ExitCode != 0,
                "this machine does not let its users mount in a namespace of their own"
            );
        }

        foreach (var (path, text) in fault.Files)
            sandbox.Write(path, Fill(text));
        var venv = fault.Arguments.Contains("{venv}") ? await sandbox.VenvAsync(python, "env") : null;
        var before = Tree.Read(sandbox.Work);

        var run = await RunAsync(venv, fault.Around);

        Assert.True(run.ExitCode == fault.ExitCode, $"exit code {run.ExitCode}\n{run.Output}\n{run.Error}");
        var message = WithoutEnvironment(Normalize(run.Error));
        Assert.True(
            fault.Says.All(text => message.Contains(text)),
            $"not all of {string.Join(" | ", fault.Says)} is in\n{message}"
        );
        ExpectOneClearMessage(message);
        Assert.Equal("", Tree.Differences(before, Tree.Read(sandbox.Work)));
        MessagesPage.Expect(fault, message);
        await ExpectMendedAsync(venv);
    }

    public void Dispose()
    {
        index?.Dispose();
        sandbox.Dispose();
    }

    /// <summary>Without its cause, the same command works, and works on the same cache.</summary>
    private async Task ExpectMendedAsync(string? venv)
    {
        if (fault.Mend is not null && index is not null)
            fault.Mend(index);
        else if (fault.Around is null)
            return;
        (await RunAsync(venv, around: null)).Succeeded();
    }

    private Task<Run> RunAsync(string? venv, string? around)
    {
        string[] words =
        [
            .. fault.Arguments.Split(' ').Select(word => Fill(word.Replace("{venv}", $"{venv}/bin/python"))),
        ];
        return around is null
            ? sandbox.KraitAsync(words)
            : sandbox.ProgramAsync("unshare", ["-rm", "sh", "-ec", around, "sh", Machine.Krait, .. words]);
    }

    private string Fill(string text)
    {
        if (index is not null)
        {
            text = text.Replace("{index}", index.Url)
                .Replace("{files}", index.Address + "/files")
                .Replace("{secret}", index.Url.Replace("://", "://me:s3cret@"));
        }

        text = text.Replace("{base}", Machine.Python("3.12"));
        return text.Contains("{h2}") ? text.Replace("{h2}", recorded.Url("h2")) : text;
    }

    /// <summary>Which environment is changed is told before anything else, and is not part of the message.</summary>
    private static string WithoutEnvironment(string error) =>
        error.StartsWith("Using Python ", StringComparison.Ordinal)
            ? error[(error.IndexOf('\n', StringComparison.Ordinal) + 1)..]
            : error;

    private static void ExpectOneClearMessage(string error)
    {
        var lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines, line => line.StartsWith("error: "));
        Assert.StartsWith("error: ", lines.First(line => !line.StartsWith("warning: ") && !line.StartsWith(' ')));
        Assert.DoesNotContain("   at Krait.", error);
        Assert.DoesNotContain("Exception", error);
        Assert.DoesNotContain("s3cret", error);
        Assert.DoesNotContain(error, c => char.IsControl(c) && c != '\n');
    }

    /// <summary>A message without what differs from machine to machine.</summary>
    private string Normalize(string error)
    {
        if (index is not null)
        {
            error = error
                .Replace($"http://{index.Host}:{index.Port}", "http://index.test")
                .Replace($"{index.Host}:{index.Port}", "index.test");
            if (!fault.Arguments.Contains("127.0.0.1"))
                error = error.Replace(index.Host, "index.test");
        }

        error = error
            .Replace(sandbox.Work, "/project")
            .Replace(sandbox.Cache, "/cache")
            .Replace(sandbox.Home, "/home/you");
        if (Machine.Shared is not null)
            error = error.Replace(recorded.Url("h2"), "https://recorded.test/simple");
        error = RandomName().Replace(error, "krait-new-…");
        error = PatchVersion().Replace(error, "3.12.x");
        // How long what went well has taken is no part of the message.
        return Progress().Replace(error, "").TrimEnd('\n');
    }

    [GeneratedRegex(
        "^(Resolved|Prepared|Downloaded|Would) .*\n",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Progress();

    [GeneratedRegex("krait-new-[0-9a-f]{32}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RandomName();

    [GeneratedRegex(@"\b3\.12\.\d+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PatchVersion();
}
