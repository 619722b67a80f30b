using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>The reports that are web pages, in a real browser.</summary>
public sealed class PageTests : IDisposable
{
    private const int Desk = 1100;
    private const int Phone = 500;

    private readonly CommandLine line = new();

    public PageTests() => line.Index.Add("app", "1.0", "lib", "tool").Add("lib", "1.0", "tool").Add("tool", "1.0");

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData(Desk, 1)]
    [InlineData(Phone, 0)]
    public async Task Shows_a_table_and_a_picture_of_what_is_installed(int width, int heads)
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("pip tree --html tree.html")).Succeeded();
        var seen = await Browser.OpenAsync(line.At("tree.html"), width);
        Assert.Equal(
            ("Packages of an environment", 3, heads, 3, 3),
            (seen.Title, seen.Rows, seen.Heads, seen.Nodes, seen.Lines)
        );
        Assert.True(seen.Content <= seen.Width, $"it is {seen.Content} pixels wide in a window of {seen.Width}");
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task Takes_nothing_of_what_it_shows_for_markup(int width)
    {
        var name = $"<img src=x onerror=document.title='taken'>{new string('w', 150)}.py";
        await line.WithEnvironmentAsync();
        line.WriteWheel(new WheelBuilder("odd", "1.0").File(name, "x = 1\n"));
        (await line.TypeAsync("pip install ./odd-1.0-py3-none-any.whl")).Succeeded();
        foreach (var file in Directory.GetFiles(line.At(".venv"), "*wwww.py", SearchOption.AllDirectories))
            File.Delete(file);
        (await line.TypeAsync("doctor --html doctor.html")).Failed(1, []);
        var seen = await Browser.OpenAsync(line.At("doctor.html"), width);
        Assert.Equal("Examination of an environment", seen.Title);
        Assert.True(seen.Content <= seen.Width, $"it is {seen.Content} pixels wide in a window of {seen.Width}");
    }

    [Fact]
    public async Task Tells_of_what_passed_and_failed_without_a_script()
    {
        await line.WithEnvironmentAsync();
        line.WriteWheel(new WheelBuilder("broken", "1.0").File("broken.py", "import missing_module\n"));
        (await line.TypeAsync("pip install app ./broken-1.0-py3-none-any.whl")).Succeeded();
        (await line.TypeAsync("smoke --html smoke.html")).Failed(1, []);
        Assert.DoesNotContain("<script", line.Read("smoke.html"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=", line.Read("smoke.html"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", line.Read("smoke.html"), StringComparison.OrdinalIgnoreCase);
        var seen = await Browser.OpenAsync(line.At("smoke.html"), Desk);
        Assert.Equal(("Smoke check", 5), (seen.Title, seen.Rows));
    }
}
