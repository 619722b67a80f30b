using System.Text.RegularExpressions;
using Krait.Testing;

namespace Krait.EndToEnd.Explanations;

/// <summary>
/// What a person reads when there is no solution: `messages.txt` holds the executable's words for every case of `Conflicts`, and
/// `docs/explanations.md` quotes them. `KRAIT_SNAPSHOTS=overwrite` renews both; read the difference as a newcomer would.
/// </summary>
public sealed partial class ConflictMessageTests
{
    private static readonly bool Overwrites = Environment.GetEnvironmentVariable("KRAIT_SNAPSHOTS") == "overwrite";
    private static readonly string MessagesFile = Path.Combine(
        Machine.Root,
        "tests",
        "Krait.EndToEnd",
        "Conflicts",
        "messages.txt"
    );

    [Fact]
    public async Task Says_what_cannot_be_and_why_and_what_to_do()
    {
        var python = Machine.RequirePython("3.12");
        var blocks = new List<string>();
        foreach (var name in ConflictCase.Names)
        {
            var request = string.Join(' ', ConflictCase.Load(name).Requirements);
            blocks.Add($"== {name}: {request}\n{await MessageAsync(name, python)}");
        }

        var actual = string.Join("\n\n", blocks) + "\n";
        if (Overwrites)
            await File.WriteAllTextAsync(MessagesFile, actual, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(MessagesFile, TestContext.Current.CancellationToken), actual);
        Assert.True(blocks.Count >= 40, $"{blocks.Count} cases");
    }

    [Fact]
    public async Task Every_message_has_a_next_step()
    {
        var messages = await ReadMessagesAsync();
        Assert.All(messages, message => Assert.Contains("\nhint: ", message.Value));
    }

    [Fact]
    public async Task The_documentation_quotes_the_messages_as_they_are()
    {
        var file = Path.Combine(Machine.Root, "docs", "explanations.md");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var messages = await ReadMessagesAsync();
        var quoted = 0;
        var renewed = Quote()
            .Replace(
                text,
                match =>
                {
                    quoted++;
                    return match.Groups["before"].Value + messages[match.Groups["name"].Value] + "\n```";
                }
            );
        if (Overwrites)
            await File.WriteAllTextAsync(file, renewed, TestContext.Current.CancellationToken);
        else
            Assert.Equal(renewed, text);
        Assert.Equal(10, quoted);
    }

    private static async Task<Dictionary<string, string>> ReadMessagesAsync()
    {
        var text = await File.ReadAllTextAsync(MessagesFile, TestContext.Current.CancellationToken);
        return text.Split("== ", StringSplitOptions.RemoveEmptyEntries)
            .Select(block => block.Split('\n', 2))
            .ToDictionary(block => block[0].Split(':')[0], block => block[1].Trim(), StringComparer.Ordinal);
    }

    /// <summary>What the executable says on a machine that is the same everywhere.</summary>
    private static async Task<string> MessageAsync(string name, string python)
    {
        var conflict = ConflictCase.Load(name);
        using var sandbox = new Sandbox();
        using var index = new FakeIndex();
        conflict.Publish(index);
        sandbox.Write("requirements.in", string.Join('\n', conflict.Requirements) + "\n");
        var run = await sandbox.KraitAsync([
            "pip",
            "compile",
            "--quiet",
            "--python",
            python,
            "--python-version",
            "3.12",
            "--python-platform",
            "x86_64-manylinux_2_28",
            "--index-url",
            index.Url,
            .. conflict.Options,
            "requirements.in",
        ]);
        Assert.True(run.ExitCode == 1, $"{name}: exit code {run.ExitCode}\n{run.Error}");
        return run.Error.Replace(index.Url.TrimEnd('/'), "https://index.example/simple").Trim();
    }

    [GeneratedRegex(
        """(?<before>## (?<name>[\w-]+)\n\n[^`]*?krait:\n\n```text\n)(?<message>.*?)\n```""",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Quote();
}
