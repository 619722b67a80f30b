using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

public sealed class InventoryTests : IDisposable
{
    private readonly CommandLine line = new();

    public InventoryTests() =>
        line
            .Index.Add(new WheelBuilder("App.Web", "1.0").Requires("lib").Header("License-Expression: MIT"))
            .Add("lib", "2.0");

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task S1_31_Lists_what_is_installed_where_and_why()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install App.Web")).Succeeded();
        var json = (await line.TypeAsync("inventory --output-format json")).Succeeded().Output;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(line.At(".venv"), root.GetProperty("environment").GetProperty("path").GetString());
        var packages = root.GetProperty("packages").EnumerateArray().ToList();
        Assert.Equal(["App.Web", "lib"], packages.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal("pkg:pypi/app-web@1.0", packages[0].GetProperty("purl").GetString());
        Assert.Equal("MIT", packages[0].GetProperty("license").GetString());
        Assert.True(packages[0].GetProperty("requested").GetBoolean());
        Assert.False(packages[1].GetProperty("requested").GetBoolean());
        Assert.Equal("app-web", packages[1].GetProperty("required_by")[0].GetString());
    }

    [Fact]
    public async Task Writes_a_bill_of_materials_in_CycloneDX()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install App.Web")).Succeeded();
        (await line.TypeAsync("inventory --output-format cyclonedx -o bom.json")).Succeeded();
        using var document = JsonDocument.Parse(line.Read("bom.json"));
        var root = document.RootElement;
        Assert.Equal("CycloneDX", root.GetProperty("bomFormat").GetString());
        Assert.Equal("1.5", root.GetProperty("specVersion").GetString());
        Assert.Matches(
            "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
            root.GetProperty("serialNumber").GetString()
        );
        var references = root.GetProperty("components")
            .EnumerateArray()
            .Select(one => one.GetProperty("bom-ref").GetString())
            .ToList();
        Assert.Equal(["pkg:pypi/app-web@1.0", "pkg:pypi/lib@2.0"], references);
        var edges = root.GetProperty("dependencies")
            .EnumerateArray()
            .ToDictionary(
                one => one.GetProperty("ref").GetString()!,
                one => one.GetProperty("dependsOn").EnumerateArray().Select(to => to.GetString()).ToList()
            );
        Assert.Equal(["pkg:pypi/app-web@1.0"], edges["environment"]);
        Assert.Equal(["pkg:pypi/lib@2.0"], edges["pkg:pypi/app-web@1.0"]);
    }

    [Fact]
    public async Task S1_31_Hides_credentials_in_URLs()
    {
        await line.WithEnvironmentAsync();
        var path = line.WriteWheel(new WheelBuilder("local", "1.0"));
        (await line.TypeAsync("pip", "install", path)).Succeeded();
        var url = line.SiteFile("local-1.0.dist-info/direct_url.json");
        var stated = await File.ReadAllTextAsync(url, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            url,
            stated.Replace("file:///", "https://user:secret@host.example/", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        var answer = (await line.TypeAsync("inventory --output-format json")).Succeeded();
        Assert.DoesNotContain("secret", answer.Output, StringComparison.Ordinal);
        Assert.Contains("host.example", answer.Output, StringComparison.Ordinal);
    }
}
