using System.Text;
using Krait.Archives;
using Krait.Archives.Extraction;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Server.Tests.Uploads;

/// <summary>Archives that are complete but for one fault: an upload is refused for the reason for which an installation would be.</summary>
public sealed class ArchiveVerdictTests : CompanyTest
{
    private const string WheelName = "acme_tool-1.0-py3-none-any.whl";
    private const string SdistName = "acme_tool-1.0.tar.gz";
    private const string DistInfo = "acme_tool-1.0.dist-info";
    private const string Metadata = "Metadata-Version: 2.1\nName: acme-tool\nVersion: 1.0\n";

    private const string Wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

    private static readonly ForgedEntry A = ForgedEntry.Of("pkg/a.py", "a = 1\na = 1\na = 1\n");
    private static readonly ForgedEntry B = ForgedEntry.Of("pkg/b.py", "b = 1\n", deflated: false);

    [Fact]
    public async Task Wheels_are_refused_for_the_reason_that_an_installation_gives()
    {
        var cases = ZipCases
            .Hostile(A, B with { Followers = Descriptions([A, B]) })
            .Select(one => (one.Key, Build: one.Value))
            .Concat(Wheels.Select(one => (one.Key, Build: (Func<byte[]>)one.Value.Build)));
        var (refused, taken) = await RefuseAllAsync(WheelName, cases, InstallAsync);
        Assert.InRange(refused, 300, int.MaxValue);
        Assert.Equal(0, taken);
    }

    [Fact]
    public async Task Source_distributions_are_refused_for_the_reason_that_unpacking_gives()
    {
        var description = ForgedMember.File("p/PKG-INFO", Metadata).Build();
        var cases = TarCases
            .Hostile()
            .Select(one => (one.Key, Build: (Func<byte[]>)(() => TarForge.Gzip([.. description, .. one.Value()]))));
        var (refused, taken) = await RefuseAllAsync(SdistName, cases, UnpackAsync);
        Assert.InRange(refused, 190, int.MaxValue);
        Assert.InRange(taken, 0, refused / 4);
    }

    [Fact]
    public async Task Odd_wheels_that_an_installation_takes_are_taken()
    {
        var token = CreateToken("upload:team");
        var build = 0;
        foreach (var (name, forge) in ZipCases.Harmless(A, B))
        {
            var content = (forge with { Entries = [.. forge.Entries, .. Descriptions(forge.Entries)] }).Build();
            Assert.Null(await InstallAsync(content));
            var fileName = $"acme_tool-1.0-{++build}-py3-none-any.whl";
            using var response = await UploadRawAsync(token, "acme_tool", fileName, content);
            Assert.True(response.IsSuccessStatusCode, $"{name}: {await response.Content.ReadAsStringAsync(Token)}");
        }

        Assert.Equal(build, (await FilesAsync("acme-tool")).Length);
    }

    /// <summary>Wheels whose archives are right, and whose statements are not.</summary>
    private static IReadOnlyDictionary<string, WheelForge> Wheels { get; } =
        new Dictionary<string, WheelForge>(StringComparer.Ordinal)
        {
            ["no METADATA"] = Forge() with { HasMetadata = false },
            ["no WHEEL"] = Forge() with { Wheel = null },
            ["no RECORD"] = Forge() with { HasRecord = false },
            ["later format"] = Forge() with { Wheel = "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n" },
            ["other project"] = Forge() with { Metadata = "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n" },
            ["other version"] = Forge() with { Metadata = "Metadata-Version: 2.1\nName: acme-tool\nVersion: 2\n" },
            ["unknown metadata"] = Forge() with { Metadata = "Metadata-Version: 9\nName: acme-tool\nVersion: 1.0\n" },
            ["two descriptions"] = Forge() with { Files = [("evil-1.0.dist-info/METADATA", "Name: evil\n")] },
            ["description of another by way of data"] = Forge() with
            {
                Files = [("acme_tool-1.0.data/purelib/evil-1.0.dist-info/METADATA", "Name: evil\n")],
            },
            ["unknown place"] = Forge() with { Files = [("acme_tool-1.0.data/evil/x", "x")] },
            ["interpreter"] = Forge() with { Files = [("acme_tool-1.0.data/scripts/python", "#!python\n")] },
            ["settings of the environment"] = Forge() with
            {
                Files = [("acme_tool-1.0.data/data/pyvenv.cfg", "home = /\n")],
            },
            ["script in a folder"] = Forge() with { Files = [("acme_tool-1.0.data/scripts/a/b", "#!python\n")] },
            ["script outside"] = Script("../../evil = demo:main"),
            ["script in place of the interpreter"] = Script("python3 = demo:main"),
            ["script that is code"] = Script("demo = demo:main;import os"),
            ["script without reference"] = Script("demo"),
            ["script twice"] = Script("demo = demo:main\ndemo = demo:other"),
            ["RECORD lists a file twice"] = Forge() with { ChangeRecord = rows => [.. rows, rows[0]] },
        };

    private static WheelForge Forge() => new("acme_tool", "1.0");

    private static WheelForge Script(string line) => Forge() with { EntryPoints = $"[console_scripts]\n{line}\n" };

    /// <summary>What makes a wheel of some files.</summary>
    private static ForgedEntry[] Descriptions(ForgedEntry[] files)
    {
        var rows = files
            .Where(file => file.Central.Size > 0)
            .Select(file => WheelForge.Row(Encoding.UTF8.GetString(file.Central.Name), file.Content()))
            .Append(WheelForge.Row($"{DistInfo}/METADATA", Encoding.UTF8.GetBytes(Metadata)))
            .Append(WheelForge.Row($"{DistInfo}/WHEEL", Encoding.UTF8.GetBytes(Wheel)))
            .Append($"{DistInfo}/RECORD,,");
        return
        [
            ForgedEntry.Of($"{DistInfo}/METADATA", Metadata),
            ForgedEntry.Of($"{DistInfo}/WHEEL", Wheel),
            ForgedEntry.Of($"{DistInfo}/RECORD", string.Join('\n', rows)),
        ];
    }

    private async Task<(int Refused, int Taken)> RefuseAllAsync(
        string fileName,
        IEnumerable<(string Name, Func<byte[]> Build)> cases,
        Func<byte[], Task<Diagnostic?>> tryAsync
    )
    {
        var token = CreateToken("upload:team");
        var (refused, taken) = (0, 0);
        foreach (var (name, build) in cases)
        {
            var content = build();
            var reason = await tryAsync(content);
            // Some names are a fault on Windows only.
            if (reason is null)
            {
                taken++;
                continue;
            }

            using var response = await UploadRawAsync(token, "acme_tool", fileName, content);
            var said = await response.Content.ReadAsStringAsync(Token);
            Assert.True((int)response.StatusCode == 400, $"{name}: {response.StatusCode}, {said}");
            Assert.True(said.Contains(reason.Code, StringComparison.Ordinal), $"{name}: {reason}, {said}");
            refused++;
        }

        Assert.Empty(await FilesAsync("acme-tool"));
        Assert.Empty(Directory.GetFileSystemEntries(Folder.At("store", "tmp")));
        return (refused, taken);
    }

    private async Task<Diagnostic?> InstallAsync(byte[] content)
    {
        var place = new CacheLocation(Folder.At("cache"), IsExplicit: true);
        using var cache = await CacheFolder.OpenAsync(place, TimeSpan.FromSeconds(9), waiting: null, Token);
        using var store = new WheelStore(cache) { RequiresRightRecord = true };
        var name = WheelFileName.Parse(WheelName);
        try
        {
            using var stored = await store.AddAsync(
                new WheelKey(name, "test"),
                () => ByteSource.Over(content),
                hashes: [],
                Token
            );
            return null;
        }
        catch (UnsafeArchiveException e)
        {
            return e.Diagnostic;
        }
    }

    private Task<Diagnostic?> UnpackAsync(byte[] content)
    {
        using var folder = new TempFolder();
        try
        {
            using var source = ByteSource.Over(content);
            SourceArchive.Extract(source, SdistName, folder.Path, ArchiveLimits.Default, Token);
            return Task.FromResult<Diagnostic?>(null);
        }
        catch (UnsafeArchiveException e)
        {
            return Task.FromResult<Diagnostic?>(e.Diagnostic);
        }
    }
}
