using System.Text.RegularExpressions;
using Krait.Cli.Commands;

namespace Krait.Cli.Tests.Reference;

/// <summary>The generated pages are what the tables say; `KRAIT_SNAPSHOTS=overwrite` writes them again.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Docs = Path.Combine(FindRoot(), "docs");

    [Fact]
    public void The_command_reference_is_up_to_date() => Check("commands.md", ReferencePage.Markdown());

    [Fact]
    public void The_page_of_settings_lists_every_option_key_and_variable()
    {
        var written = File.ReadAllText(Path.Combine(Docs, "settings.md"));
        var page = SettingsPage.Of(written);
        Check("settings.md", page);
        var sources = Directory.EnumerateFiles(Path.Combine(FindRoot(), "src"), "*.cs", SearchOption.AllDirectories);
        var named = sources
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => VariableName().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .Distinct(StringComparer.Ordinal);
        Assert.Equal([], named.Except(SettingsPage.Internal).Where(name => !page.Contains($"`{name}`")));
    }

    [GeneratedRegex("KRAIT_[A-Z][A-Z_]*[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VariableName();

    [Fact]
    public void The_man_pages_are_up_to_date()
    {
        Check("man/krait.1", ReferencePage.Manual());
        foreach (var command in CommandTable.All.All)
            Check($"man/krait-{command.Path.Replace(' ', '-')}.1", ReferencePage.Manual(command));
        var expected = CommandTable.All.All.Length + 1;
        Assert.Equal(expected, Directory.GetFiles(Path.Combine(Docs, "man")).Length);
    }

    private static void Check(string file, string text)
    {
        var path = Path.Combine(Docs, file);
        if (Environment.GetEnvironmentVariable("KRAIT_SNAPSHOTS") is "overwrite")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{path} is missing: run this test with KRAIT_SNAPSHOTS=overwrite");
        Assert.Equal(text, File.ReadAllText(path));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Krait.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside a checkout");
    }
}
