using Krait.Cli.Commands;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;

namespace Krait.Cli.Tests.Commands;

/// <summary>Help texts, and what is said to those who bring the commands of other tools.</summary>
public sealed class HelpTests : IDisposable
{
    private readonly CommandLine line = new();

    public static TheoryData<string> Paths => [.. CommandTable.All.All.Select(command => command.Path)];

    public void Dispose() => line.Dispose();

    private static string Help(Command command, int columns, bool isLong, bool useColor = false)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, isInteractive: false, useColor: false)
        {
            OutputColumns = columns,
            UseOutputColor = useColor,
        };
        HelpText.Write(terminal, command, isLong);
        return output.ToString();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Fits_the_terminal(string path)
    {
        var command = CommandTable.All.Find(path)!;
        foreach (var columns in new[] { 40, 80, 120 })
        {
            foreach (var isLong in new[] { false, true })
            {
                var lines = Help(command, columns, isLong).Split('\n');
                // A spelling is never broken, so it may be wider than a narrow terminal.
                Assert.All(
                    lines,
                    one => Assert.True(one.Length <= columns || one.StartsWith("  ", StringComparison.Ordinal), one)
                );
                if (columns >= 80)
                    Assert.All(lines, one => Assert.True(one.Length <= columns, one));
            }
        }
    }

    [Fact]
    public void The_list_of_all_commands_stands_under_headings()
    {
        var lines = Help(CommandTable.All.Find("help")!, 120, isLong: false).Split('\n');
        var heading = "";
        var found = new List<(string Heading, string Path)>();
        foreach (var one in lines)
        {
            if (one.EndsWith(':') && !one.StartsWith(' '))
                heading = one[..^1];
            else if (one.StartsWith("  ", StringComparison.Ordinal) && one[2] != ' ')
                found.Add((heading, one.Trim().Split("  ")[0]));
        }

        var expected = CommandTable
            .All.All.GroupBy(CommandHeadings.Of, StringComparer.Ordinal)
            .OrderBy(group => CommandHeadings.All.IndexOf(group.Key))
            .SelectMany(group => group.Select(command => (group.Key, command.Path)));
        Assert.Equal(expected, found);
        Assert.Equal(CommandHeadings.All, found.Select(one => one.Heading).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Stands_under_headings_in_one_order()
    {
        var help = Help(CommandTable.All.Find("pip install")!, 80, isLong: true);
        var at = new[]
        {
            "Requirements:",
            "Indexes:",
            "Resolution:",
            "Build:",
            "Installation:",
            "Python:",
            "Cache:",
            "Network:",
            "Global:",
        }
            .Select(heading => help.IndexOf("\n" + heading + "\n", StringComparison.Ordinal))
            .ToList();
        Assert.All(at, place => Assert.True(place > 0));
        Assert.Equal(at.Order(), at);
        Assert.Contains("[default: first-index]", help.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(
            "[env: KRAIT_INDEX_URL]",
            string.Join(' ', help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_line_says_something_of_its_own(string path)
    {
        foreach (var option in CommandTable.All.Find(path)!.Options().Where(option => !option.IsHidden))
        {
            Assert.False(option.Help.StartsWith("The ", StringComparison.Ordinal), option.Name);
            Assert.DoesNotContain("folder", option.Help, StringComparison.OrdinalIgnoreCase);
            Assert.False(option.Help.EndsWith('.'), option.Name);
        }
    }

    [Fact]
    public void Is_short_or_long()
    {
        var command = CommandTable.All.Find("pip install")!;
        var shortHelp = Help(command, 80, isLong: false);
        Assert.Contains("\nMost used:\n  -r, --requirements FILE ", shortHelp, StringComparison.Ordinal);
        Assert.DoesNotContain("[env:", shortHelp, StringComparison.Ordinal);
        Assert.True(shortHelp.Length * 3 < Help(command, 80, isLong: true).Length * 4);
    }

    public static TheoryData<string> Groups =>
        [
            .. CommandTable
                .All.All.Select(command => command.Path.Split(' '))
                .Where(words => words.Length > 1)
                .Select(words => words[0])
                .Distinct(StringComparer.Ordinal)
                .Where(word => CommandTable.All.Find(word) is null),
        ];

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_group_lists_its_own_commands_however_it_is_asked(string group)
    {
        var asked = (await line.TypeAsync("help", group)).Output;
        Assert.Contains($"Usage: krait {group} COMMAND", asked, StringComparison.Ordinal);
        Assert.All(
            asked.Split('\n').Where(one => one.StartsWith("  ", StringComparison.Ordinal) && one[2] != ' '),
            one => Assert.StartsWith($"  {group} ", one, StringComparison.Ordinal)
        );
        Assert.Equal(asked, (await line.TypeAsync(group, "--help")).Output);
        Assert.Equal(asked, (await line.TypeAsync(group, "-h")).Output);
        Assert.Equal(asked, (await line.TypeAsync(group)).Output);
    }

    [Fact]
    public void Is_coloured_where_colour_is_seen()
    {
        var command = CommandTable.All.Find("venv")!;
        Assert.Contains(
            "\u001b[1mUsage:\u001b[0m",
            Help(command, 80, isLong: true, useColor: true),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('\u001b', Help(command, 80, isLong: true));
    }

    [Theory]
    [InlineData("install flask", "Use `krait pip install`")]
    [InlineData("instal flask", "Did you mean `krait pip install`?")]
    [InlineData("pip instal flask", "Did you mean `krait pip install`?")]
    [InlineData("new hello", "Use `krait init`")]
    [InlineData("update", "Use `krait lock --upgrade`")]
    [InlineData("exec python", "Use `krait run`")]
    [InlineData("activate", "Use `krait shell`")]
    [InlineData("download flask", "Use `krait pip download`")]
    [InlineData("wheel flask", "Use `krait pip wheel`")]
    [InlineData("pip build .", "Use `krait build`")]
    [InlineData("publish", "twine upload")]
    [InlineData("create .venv", "Use `krait venv`")]
    [InlineData("xyzzyplugh", "krait help")]
    public async Task Names_what_to_use_instead(string words, string hint) =>
        (await line.TypeAsync(words)).Failed(2, "there is no command", hint);

    [Fact]
    public async Task An_ambiguous_prefix_lists_three()
    {
        var answer = (await line.TypeAsync("pip install --no flask")).Failed(2, "`--no` is ambiguous");
        Assert.Contains(
            "Did you mean `--no-deps`, `--no-index` or `--no-cache`?",
            answer.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_general_option_has_a_heading() =>
        Assert.All(
            GlobalOptions.All.Where(option => !option.IsHidden),
            option => Assert.NotEqual(OptionHeadings.Own, option.Heading)
        );
}
