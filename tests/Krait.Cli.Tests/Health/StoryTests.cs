using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

/// <summary>
/// Two failures that made it into production, day by day, and what each command says on each day. `docs/stories.md` is what these tests
/// print; `KRAIT_SNAPSHOTS=overwrite` writes it again.
/// </summary>
public sealed partial class StoryTests : IDisposable
{
    private static readonly string Page = Path.Combine(FindRoot(), "docs", "stories.md");

    private readonly CommandLine line = new();
    private readonly StringBuilder page = new();

    public void Dispose() => line.Dispose();

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_stories_are_what_the_commands_print()
    {
        await line.WithEnvironmentAsync();
        page.Append(
            "# Two stories\n\nTwo failures that made it into production, played against an index that moves on from day to day. Every command and\noutput on this page is real: it is printed by `StoryTests`.\n"
        );
        await PlayScarfaceAsync();
        await PlayKombuAsync();
        if (Environment.GetEnvironmentVariable("KRAIT_SNAPSHOTS") is "overwrite")
            await File.WriteAllTextAsync(Page, page.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken), page.ToString());
    }

    private async Task PlayScarfaceAsync()
    {
        line.Index.Add(
            new WheelBuilder("django-scarface", "3.1").File("scarface/__init__.py", "def push(): return 'sent'\n"),
            uploaded: Day(2018, 3, 1)
        );
        Title("A release that drops a Python");
        Say("A requirements file of one line, installed on a machine that then runs for months.");
        line.Write("requirements.txt", "django-scarface\n");
        await ShowAsync(0, "pins requirements.txt");
        await ShowAsync(0, "pip install -r requirements.txt");
        Day("A new release declares that it needs a newer Python");
        Say("Nothing happens: what does not support the interpreter is never chosen, on old machines or new ones.");
        line.Index.Add(
            new WheelBuilder("django-scarface", "3.2") { RequiresPython = ">=99" },
            uploaded: Day(2018, 4, 1)
        );
        await ShowAsync(0, "drift requirements.txt");
        Day("The next one needs a newer Python as well, and does not declare it");
        Say(
            "The old machine still works, which hides what a new machine would get. `drift` shows it without installing anything."
        );
        line.Index.Add(
            new WheelBuilder("django-scarface", "3.3").File(
                "scarface/__init__.py",
                "raise SyntaxError('this needs a newer Python')\n"
            ),
            uploaded: Day(2018, 5, 1)
        );
        await ShowAsync(1, "drift requirements.txt");
        Say(
            "The scale-out starts a new machine. Installing succeeds; importing does not, so the installation is taken back."
        );
        await RunAsync("venv new-machine");
        await ShowAsync(1, "pip install -r requirements.txt --python new-machine --smoke --rollback-on-failure");
        Say("The cure is to pin what was tested, with hashes, and to install only that.");
        line.Write("requirements.in", "django-scarface\n");
        line.Write("tested.txt", "django-scarface==3.1\n");
        await ShowAsync(0, "pip compile requirements.in -c tested.txt --generate-hashes -o requirements.txt -q");
        await ShowAsync(0, "pins requirements.txt --strict");
        await ShowAsync(0, "pip sync requirements.txt --python new-machine");
        await ShowAsync(0, "smoke --python new-machine");
    }

    private void AddKombu()
    {
        line.Index.Add(
            new WheelBuilder("celery", "4.1.0")
                .Requires("kombu>=4.0.2,<5.0")
                .File("celery/__init__.py", "from kombu import Connection\n"),
            uploaded: Day(2017, 7, 25)
        );
        foreach (var (number, version) in new[] { "4.0.2", "4.1.0", "4.2.0", "4.2.1" }.Index())
        {
            var works = number < 2;
            line.Index.Add(
                new WheelBuilder("kombu", version)
                    .Requires(works ? "amqp>=2.1.4" : "amqp>=2.2.2")
                    .File("kombu/__init__.py", works ? "class Connection: pass\n" : "class Link: pass\n"),
                uploaded: number switch
                {
                    0 => Day(2016, 12, 15),
                    1 => Day(2017, 7, 17),
                    2 => Day(2018, 5, 21),
                    _ => Day(2018, 5, 23),
                }
            );
        }

        line.Index.Add(new WheelBuilder("amqp", "2.3.0"), uploaded: Day(2018, 5, 19));
    }

    private async Task PlayKombuAsync()
    {
        AddKombu();
        Title("A dependency's loose pin");
        Say(
            "The service pins Celery, and Celery asks for `kombu>=4.0.2,<5.0`. The machines were built before kombu 4.2."
        );
        line.Write("service.txt", "celery==4.1.0\n");
        await RunAsync("venv old-machine");
        await ShowAsync(0, "pip install -r service.txt --exclude-newer 2018-05-20 --python old-machine");
        await ShowAsync(0, "smoke --python old-machine");
        Day("kombu 4.2 is released, inside the allowed range");
        await ShowAsync(0, "pins service.txt --python old-machine");
        await ShowAsync(1, "drift service.txt --python old-machine");
        Say("On a new machine everything installs, and the consistency check is content. The service does not start.");
        await RunAsync("venv scaled-out");
        await ShowAsync(0, "pip install -r service.txt --python scaled-out");
        await ShowAsync(0, "pip check --python scaled-out");
        await ShowAsync(1, "smoke --python scaled-out");
        Say("Which release did it?");
        await ShowAsync(
            0,
            [
                "bisect",
                "--python",
                "old-machine",
                "-r",
                "service.txt",
                "--package",
                "kombu",
                "--good",
                "4.0.2",
                "--bad",
                "4.2.1",
                "--",
                "python",
                "-c",
                "import celery",
            ]
        );
        Say("A constraint caps kombu without making it a requirement, and a lock keeps all of it.");
        line.Write("caps.txt", "kombu<4.2.0\n");
        await ShowAsync(0, "pip compile service.txt -c caps.txt -o service.lock.txt --no-header -q");
        await ShowAsync(0, "pip sync service.lock.txt --python scaled-out");
        await ShowAsync(0, "smoke --python scaled-out");
        await ShowAsync(0, "drift service.lock.txt --python scaled-out");
    }

    private void Title(string text) => page.Append(CultureInfo.InvariantCulture, $"\n## {text}\n\n");

    private void Day(string text) => page.Append(CultureInfo.InvariantCulture, $"### {text}\n\n");

    private void Say(string text) => page.Append(text).Append("\n\n");

    private async Task RunAsync(string command) => (await line.TypeAsync(command)).Succeeded();

    private Task ShowAsync(int code, string command) => ShowAsync(code, command.Split(' '));

    private async Task ShowAsync(int code, string[] words)
    {
        var answer = await line.TypeAsync(words);
        Assert.True(answer.Code == code, $"{string.Join(' ', words)}: {answer.Code}\n{answer.Output}\n{answer.Error}");
        var command = string.Join(
            ' ',
            words.Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word)
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"```console\n$ krait {command}\n{Plain(answer.Error)}{Plain(answer.Output)}```\n\n"
        );
        if (code != 0)
            page.Append(CultureInfo.InvariantCulture, $"The exit code is {code}.\n\n");
    }

    /// <summary>The text without what differs between machines and runs.</summary>
    private string Plain(string text)
    {
        text = text.Replace(line.At("."), "/srv/app", StringComparison.Ordinal)
            .Replace(Path.GetFullPath(line.At(".")).TrimEnd('/'), "/srv/app", StringComparison.Ordinal);
        text = text.Replace(line.Index.Url, "https://index.example/simple/", StringComparison.Ordinal);
        text = Probes().Replace(text, "/srv/cache/bisect/");
        text = Times().Replace(text, "0.1 s");
        text = Pythons().Replace(text, "Python 3.12.1");
        return Libraries().Replace(text, "lib/python3.12/");
    }

    [GeneratedRegex(@"[0-9]+(?:\.[0-9]+)? ?(?:ms|s)\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Times();

    [GeneratedRegex(@"/[^ ]*/bisect-[^/]*/", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Probes();

    [GeneratedRegex(@"Python 3\.[0-9]+\.[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pythons();

    [GeneratedRegex(@"lib/python3\.[0-9]+/", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Libraries();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Krait.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the repository was not found");
    }
}
