using System.Xml.Linq;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

public sealed class HtmlTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Reports_are_pages_that_need_nothing_else()
    {
        line.Index.Add(new WheelBuilder("app", "1.0").Requires("lib"))
            .Add(new WheelBuilder("lib", "1.0").File("lib.py", "raise ValueError('<b>&')\n"));
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "app\n");
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("smoke --html smoke.html")).Failed(1);
        line.Index.Add("lib", "2.0");
        (await line.TypeAsync("drift --html drift.html")).Failed(1);
        File.Delete(line.SiteFile("lib.py"));
        (await line.TypeAsync("doctor --html doctor.html")).Failed(1);
        (await line.TypeAsync("pip tree --html tree.html")).Succeeded();
        foreach (
            var (file, says) in new[]
            {
                ("smoke.html", "ValueError"),
                ("drift.html", "2.0"),
                ("doctor.html", "missing"),
                ("tree.html", "app"),
            }
        )
        {
            var text = line.Read(file);
            Assert.Contains(says, text, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", text, StringComparison.Ordinal);
            Assert.DoesNotContain(
                "http://",
                text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
            Assert.Contains("name=\"viewport\"", text, StringComparison.Ordinal);
            // What is between the tags is well-formed: read as XML, without the declaration and with the empty elements closed.
            var body = text[
                text.IndexOf("<body>", StringComparison.Ordinal)..text.IndexOf("</html>", StringComparison.Ordinal)
            ];
            Assert.Contains(XElement.Parse(body).Descendants(), element => element.Name.LocalName is "svg");
        }
    }
}
