using BenchmarkDotNet.Attributes;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Benchmarks.Suites;

/// <summary>Project pages, small and large: reading both forms, and opening what a cache keeps of them.</summary>
public class PageSuite
{
    private const string Url = "https://index.example/simple/project/";

    private byte[] json = [];
    private byte[] html = [];
    private ReadOnlyMemory<byte> flat;

    /// <summary>The project.</summary>
    [Params("click", "cryptography")]
    public string Project { get; set; } = "";

    /// <summary>Reads the recorded page.</summary>
    [GlobalSetup]
    public void ReadRecording()
    {
        json = Samples.JsonPage(Project);
        html = Samples.HtmlPage(json);
        flat = Json().Flat;
    }

    /// <summary>Reads the JSON form.</summary>
    [Benchmark]
    public ProjectPage Json() =>
        ProjectPage.TryParseJson(json, Url, PackageName.Parse(Project), out var page, out var error)
            ? page
            : throw new InvalidDataException(error.Message);

    /// <summary>Reads the HTML form.</summary>
    [Benchmark]
    public ProjectPage Html() =>
        ProjectPage.TryParseHtml(html, Url, PackageName.Parse(Project), out var page, out var error)
            ? page
            : throw new InvalidDataException(error.Message);

    /// <summary>Opens the flat form and asks for each version.</summary>
    [Benchmark]
    public int OpenFlat()
    {
        if (!ProjectPage.TryOpen(flat, out var page))
            throw new InvalidDataException(Project);
        var release = 0;
        for (var version = 0; version < page.VersionCount; version++)
            release += page.VersionAt(version).IsPrerelease ? 0 : 1;
        return release;
    }
}
