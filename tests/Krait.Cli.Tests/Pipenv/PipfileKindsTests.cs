using System.Diagnostics;
using System.Text.Json;
using Krait.Cli.Tests.Commands;
using Krait.Projects.Pipenv;
using Krait.Testing;

namespace Krait.Cli.Tests.Pipenv;

/// <summary>
/// Pipfiles of many kinds, in `Pipfiles`: each is locked, installed from its lock, and still the same text. The hashes are those that the two
/// generations of pipenv compute (Python's `json.dumps` of what its `tomllib` reads).
/// </summary>
public sealed class PipfileKindsTests : IDisposable
{
    private const string SmallMetadata = """

        def metadata():
            return (
                "Metadata-Version: 2.1\nName: small\nVersion: 1.0\nProvides-Extra: fast\n"
                + "Requires-Dist: lib; extra == 'fast'\n"
            )


        build_editable = build_wheel
        """;

    private static readonly string Folder = FindFolder();

    private readonly CommandLine line = new();
    private readonly FakeIndex second = new();

    public PipfileKindsTests()
    {
        line.Index.Add("app", "1.0", "lib")
            .Add("lib", "1.0")
            .Add("lib", "2.0")
            .Add("tool", "1.5")
            .Add("tool", "2.0")
            .Add("linter", "1.0")
            .Add("linter", "2.5")
            .Add("linter", "3.0")
            .Add("theme", "1.0")
            .Add("checker", "1.0")
            .Add("preview", "1.0")
            .Add("preview", "2.0b1")
            .Add("zope.interface", "6.0")
            .Add("quoted-name", "1.0")
            .Add("windows-only", "1.0")
            .Add("old-only", "1.0")
            .Add("internal", "9.0")
            .Add("pysocks", "1.0")
            .Add("h2", "4.0")
            .Add("another", "1.0");
        line.Index.Add(new WheelBuilder("rich-client", "1.2").Extra("socks", "pysocks").Extra("http2", "h2"));
        second.Add("internal", "1.0");
        line["INDEX_URL"] = line.Index.Url;
        line["SECOND_INDEX_URL"] = second.Url;
        line["REPOSITORY"] = line.At("repository");
        line["PIPENV_VENV_IN_PROJECT"] = "1";
        var small = new SmallProject("small", "1.0") { Log = line.At("hooks.log"), Extra = SmallMetadata };
        small.WriteTo(line.At("libraries/small"));
        small.WriteTo(line.At("repository/python"));
        Directory.CreateDirectory(line.At("wheels"));
        File.WriteAllBytes(
            line.At("wheels/wheel_here-1.0-py3-none-any.whl"),
            new WheelBuilder("wheel-here", "1.0").Build()
        );
    }

    public static TheoryData<string, string, string> Kinds =>
        new()
        {
            { "bare", "app==1.0 lib==1.0", "" },
            { "categories", "app==1.0 lib==2.0 tool==1.5", "linter==2.5" },
            { "markers", "app==1.0 lib==2.0", "" },
            { "repository", "app==1.0 lib==2.0 small@", "" },
            { "paths", "small@", "wheel-here@" },
            { "editable", "lib==2.0 small@", "app==1.0" },
            { "extras", "app==1.0 h2==4.0 lib==2.0 pysocks==1.0 rich-client==1.2", "" },
            { "indexes", "app==1.0 internal==1.0 lib==2.0", "" },
            { "settings", "app==1.0 lib==2.0 preview==2.0b1", "linter==3.0" },
            { "tables", "app==1.0 lib==2.0 quoted-name==1.0 zope-interface==6.0", "linter==2.5" },
            { "windows-lines", "app==1.0 lib==2.0 tool==2.0", "" },
        };

    public void Dispose()
    {
        line.Dispose();
        second.Dispose();
    }

    private async Task<Answer> TypeAsync(string command)
    {
        var answer = await line.TypeAsync("pipenv " + command);
        Assert.SkipWhen(answer.Error.Contains("no Python", StringComparison.OrdinalIgnoreCase), answer.Error);
        return answer;
    }

    private string Take(string kind)
    {
        var text = File.ReadAllText(Path.Combine(Folder, kind));
        line.Write("Pipfile", text);
        if (kind == "repository")
            Commit();
        return text;
    }

    private void Commit()
    {
        foreach (
            var words in (string[])
                ["init -q -b stable", "add -A", "-c user.name=a -c user.email=a@b.c commit -qm first"]
        )
        {
            var start = new ProcessStartInfo("git", words) { WorkingDirectory = line.At("repository") };
            using var process = Process.Start(start)!; // git is needed
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }

    /// <summary>What is installed, by name and version, or by name where it does not come from an index.</summary>
    private async Task<string[]> InstalledAsync()
    {
        var listed = (await line.TypeAsync("pip list --format json")).Succeeded().Output;
        using var document = JsonDocument.Parse(listed);
        var frozen = await line.InstalledAsync();
        return
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(one =>
                    (Name: one.GetProperty("name").GetString()!, Version: one.GetProperty("version").GetString()!)
                )
                .Select(one => (Name: one.Name.Replace('.', '-').ToLowerInvariant(), one.Version))
                .Select(one =>
                    frozen.Any(pin =>
                        pin.StartsWith("-e ", StringComparison.Ordinal)
                        && pin.EndsWith("/" + one.Name, StringComparison.Ordinal)
                    ) || frozen.Any(pin => pin.StartsWith(one.Name + " @ ", StringComparison.Ordinal))
                        ? one.Name + "@"
                        : $"{one.Name}=={one.Version}"
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Locks_syncs_verifies_and_keeps_its_text(string kind, string own, string development)
    {
        var text = Take(kind);
        (await TypeAsync("lock")).Succeeded();
        Assert.Equal(text, line.Read("Pipfile"));
        var locked = line.Read("Pipfile.lock");
        (await TypeAsync("verify")).Succeeded();
        (await TypeAsync("sync")).Succeeded();
        Assert.Equal(own.Split(' '), await InstalledAsync());
        (await TypeAsync("sync --dev")).Succeeded();
        Assert.Equal(
            own.Split(' ')
                .Concat(development.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Order(StringComparer.Ordinal),
            await InstalledAsync()
        );
        (await TypeAsync("install --deploy")).Succeeded();
        (await TypeAsync("lock")).Succeeded();
        Assert.Equal(locked, line.Read("Pipfile.lock"));
        Assert.Equal(locked, PipfileLock.Parse(locked, "Pipfile.lock").Write());
        Assert.Equal(text, line.Read("Pipfile"));
        (await TypeAsync("install another")).Succeeded();
        Assert.NotEqual(text, line.Read("Pipfile"));
        (await TypeAsync("verify")).Succeeded();
        (await TypeAsync("uninstall another")).Succeeded();
        Assert.Equal(text, line.Read("Pipfile"));
        Assert.Equal(locked, line.Read("Pipfile.lock"));
    }

    [Fact]
    public async Task Other_categories_are_locked_with_the_versions_of_the_own_packages()
    {
        Take("categories");
        (await TypeAsync("lock")).Succeeded();
        (await TypeAsync("sync --categories docs,tests")).Succeeded();
        Assert.Equal(["checker==1.0", "theme==1.0"], await InstalledAsync());
    }

    [Fact]
    public async Task A_repository_is_locked_to_its_commit_in_the_form_of_pipenv()
    {
        Take("repository");
        (await TypeAsync("lock")).Succeeded();
        var entry = Entry("small");
        Assert.Equal("file://${REPOSITORY}", entry.GetProperty("git").GetString());
        Assert.Equal(40, entry.GetProperty("ref").GetString()!.Length);
        Assert.Equal("python", entry.GetProperty("subdirectory").GetString());
    }

    [Fact]
    public async Task What_is_installed_in_place_keeps_its_path_and_its_extras()
    {
        Take("editable");
        (await TypeAsync("lock")).Succeeded();
        var entry = Entry("small");
        Assert.Equal("./libraries/small", entry.GetProperty("path").GetString());
        Assert.True(entry.GetProperty("editable").GetBoolean());
        Assert.Equal("fast", Assert.Single(entry.GetProperty("extras").EnumerateArray()).GetString());
        Assert.Contains(
            "-e ./libraries/small[fast]",
            (await TypeAsync("requirements")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    private JsonElement Entry(string name) =>
        JsonDocument.Parse(line.Read("Pipfile.lock")).RootElement.GetProperty("default").GetProperty(name);

    [Theory]
    [InlineData(
        "bare",
        "de40b2ed6ad9aeb0804f716e80029e625b898faa75ed601e459e6fd5f1e5817c",
        "de40b2ed6ad9aeb0804f716e80029e625b898faa75ed601e459e6fd5f1e5817c"
    )]
    [InlineData(
        "categories",
        "99585bb2bdae352f152ff82fc74d8208684862bd3183b9b30cebe15b461b2f49",
        "99585bb2bdae352f152ff82fc74d8208684862bd3183b9b30cebe15b461b2f49"
    )]
    [InlineData(
        "editable",
        "75fd92798b61d6aa847bdaf99895cf668f24903511bd38a781659821cb690307",
        "75fd92798b61d6aa847bdaf99895cf668f24903511bd38a781659821cb690307"
    )]
    [InlineData(
        "extras",
        "7640cc46ed01c457b3d18c911ab2fb464f00fdde4ae2d96c0ae3c437dc936018",
        "636ecedd3d21d57e25bb746fa5812e73ab7855716ed2e2fc98ad80790618aa5d"
    )]
    [InlineData(
        "indexes",
        "4c58d8d100ab6646d6e36f92e994f359f9f2b22d6cca10c4a88ba0f3edb63634",
        "4c58d8d100ab6646d6e36f92e994f359f9f2b22d6cca10c4a88ba0f3edb63634"
    )]
    [InlineData(
        "markers",
        "369799d8f37e5a21f145b283f256b52941d8d1843c27a57db5de71d740f55f6a",
        "369799d8f37e5a21f145b283f256b52941d8d1843c27a57db5de71d740f55f6a"
    )]
    [InlineData(
        "paths",
        "05b3f702e29dcd92e4052b048ba82fe085d7499087dfb40cce57cd04efeee7eb",
        "05b3f702e29dcd92e4052b048ba82fe085d7499087dfb40cce57cd04efeee7eb"
    )]
    [InlineData(
        "repository",
        "0bc3be815fba6629d8ddb51c92eaa28e8cef3a25b4b03d5c2a0bd12d69d22a37",
        "0bc3be815fba6629d8ddb51c92eaa28e8cef3a25b4b03d5c2a0bd12d69d22a37"
    )]
    [InlineData(
        "settings",
        "b7388f6f004133810307f683c9e0745210623ea58fcde515740a206a741926ed",
        "b7388f6f004133810307f683c9e0745210623ea58fcde515740a206a741926ed"
    )]
    [InlineData(
        "tables",
        "e3afd9051c9187a0f43631277371387381adac3d8119cbdf616eafbc1e5a9c4f",
        "7c67f936cbc9dcfdf870928c59cdbc1ab05494976f80caab66cd95ece5ade4af"
    )]
    [InlineData(
        "windows-lines",
        "a5ab501db62faab5bece22c7bd75866840b1261cfb590c554eaec87ae5c2ef85",
        "a5ab501db62faab5bece22c7bd75866840b1261cfb590c554eaec87ae5c2ef85"
    )]
    public void Its_hash_is_that_of_both_generations_of_pipenv(string kind, string asWritten, string normalized)
    {
        var pipfile = Pipfile.Parse(File.ReadAllText(Path.Combine(Folder, kind)), "Pipfile");
        Assert.Equal(asWritten, PipfileHash.Of(pipfile));
        Assert.True(PipfileHash.Matches(pipfile, asWritten));
        Assert.True(PipfileHash.Matches(pipfile, normalized));
        Assert.False(PipfileHash.Matches(pipfile, new string('0', 64)));
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Krait.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? "", "tests", "Krait.Cli.Tests", "Pipenv", "Pipfiles");
    }
}
