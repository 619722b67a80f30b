using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Tests.Wheels;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

public sealed class DamagedCacheTests
{
    private static readonly WheelForge[] Wheels =
    [
        .. Enumerable
            .Range(0, 6)
            .Select(number => new WheelForge($"p{number}", "1.0")
            {
                Files = [($"p{number}/__init__.py", "v = 'good'\n"), ($"p{number}/data/x.txt", "data")],
                EntryPoints = $"[console_scripts]\np{number} = p{number}:f\n",
            }),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Damages =>
        ["flipped", "cut", "emptied", "grown", "lost", "a folder", "a link", "its folder is lost", "the tree is lost"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Finds_every_damaged_entry_at_once(string damage)
    {
        using var test = await TestEnvironment.CreateAsync();
        foreach (var forge in Wheels)
        {
            using var wheel = test.Store.Add(forge);
            Damage(Path.Combine(wheel.Tree, forge.Name, "__init__.py"), damage);
        }

        var error = await Assert.ThrowsAsync<DamagedWheelException>(() => test.InstallAsync(Wheels));
        Assert.Equal(Wheels.Select(w => w.Name), error.Wheels.Select(w => w.File.Name.Value));
        Assert.Equal(5, error.Diagnostic.Notes.Length);
        Assert.Empty(test.Installed().All);
        await test.InstallAsync(Wheels);
        foreach (var forge in Wheels)
            Assert.Equal("v = 'good'\n", test.Read($"{forge.Name}/__init__.py"));
    }

    [Fact]
    public async Task Takes_a_copy_of_a_cache_and_files_with_other_times_for_what_they_are()
    {
        using var test = await TestEnvironment.CreateAsync();
        foreach (var forge in Wheels)
        {
            using var wheel = test.Store.Add(forge);
            foreach (var path in Directory.EnumerateFiles(wheel.Tree, "*", SearchOption.AllDirectories))
            {
                // Another inode and a time in the future.
                File.Copy(path, path + ".copy");
                File.Move(path + ".copy", path, overwrite: true);
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddYears(1));
            }
        }

        await test.InstallAsync(Wheels);
        Assert.Equal(Wheels.Length, test.Installed().All.Length);

        // It is known from now on, and its files need not be read again.
        var first = Find(test, Wheels[0], allowed: null);
        var file = Path.Combine(first.Tree, "p0", "data", "x.txt");
        Assert.True(FileIsTrusted(first, file));
        first.Dispose();
    }

    [Fact]
    public async Task Hashes_files_again_where_hashes_are_required()
    {
        using var test = await TestEnvironment.CreateAsync();
        FileHash hash;
        using (var wheel = test.Store.Add(Wheels[0]))
        {
            hash = wheel.Sha256!; // computed when it was added
            var path = Path.Combine(wheel.Tree, "p0", "__init__.py");
            // The framework cannot set times to the nanosecond.
            await RunAsync("cp", "-p", path, path + ".time");
            await File.WriteAllTextAsync(path, "v = 'evil'\n", Token);
            await RunAsync("touch", "-r", path + ".time", path);
        }

        using (var unasked = await TestEnvironment.CreateAsync())
            await ExecuteAsync(unasked, Find(test, Wheels[0], allowed: null));
        await Assert.ThrowsAsync<DamagedWheelException>(() => ExecuteAsync(test, Find(test, Wheels[0], hash)));
        Assert.Empty(test.Installed().All);
        Assert.Null(test.Store.Wheels.TryFind(Store.Key(Wheels[0].FileName), expected: null));
        test.Store.Add(Wheels[0]).Dispose();
        await ExecuteAsync(test, Find(test, Wheels[0], hash));
        Assert.Equal("v = 'good'\n", test.Read("p0/__init__.py"));
    }

    private static void Damage(string path, string damage)
    {
        var content = File.ReadAllBytes(path);
        var folder = Path.GetDirectoryName(path)!; // it lies in one
        switch (damage)
        {
            case "flipped":
                content[^3] ^= 1;
                File.WriteAllBytes(path, content);
                break;
            case "cut":
                File.WriteAllBytes(path, content[..^3]);
                break;
            case "emptied":
                File.WriteAllBytes(path, []);
                break;
            case "grown":
                File.WriteAllBytes(path, [.. content, 10]);
                break;
            case "its folder is lost":
                Directory.Delete(folder, recursive: true);
                break;
            case "the tree is lost":
                Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true); // the tree
                break;
            default:
                File.Delete(path);
                if (damage is "a folder")
                    Directory.CreateDirectory(path);
                else if (damage is "a link")
                    File.CreateSymbolicLink(path, "/etc/hostname");
                break;
        }
    }

    private static StoredWheel Find(TestEnvironment test, WheelForge forge, FileHash? allowed)
    {
        var expected = allowed is null ? null : new ExpectedHashes([], [allowed]);
        return test.Store.Wheels.TryFind(Store.Key(forge.FileName), expected) ?? throw new InvalidOperationException();
    }

    private static async Task RunAsync(string program, params string[] words) =>
        await new Subprocess(program) { Arguments = [.. words] }.RunAsync(lines: null, Token);

    private static bool FileIsTrusted(StoredWheel wheel, string path)
    {
        for (var index = 0; index < wheel.Manifest.FileCount; index++)
        {
            if (wheel.Manifest.FileName(index).Span.SequenceEqual("x.txt\0"u8))
            {
                Assert.Equal(FileError.None, FileStatus.TryRead(path, followLinks: false, out var status));
                return status.Inode == wheel.Manifest.File(index).Inode;
            }
        }

        return false;
    }

    private static async Task ExecuteAsync(TestEnvironment test, StoredWheel wheel)
    {
        using (wheel)
        {
            using var session = await EnvironmentSession.OpenAsync(
                test.Environment,
                TimeSpan.FromSeconds(9),
                waiting: null,
                Token
            );
            var wanted = new WantedDistribution(wheel.Key.File.Name, wheel.Key.File.Version);
            var plan = InstallPlan.Create(session.ReadInstalled(), [wanted], new PlanOptions());
            var wheels = new Dictionary<PackageName, StoredWheel> { [wanted.Name] = wheel };
            await session.ExecuteAsync(plan, wheels, new InstallOptions { LinkMode = LinkMode.Copy }, null, Token);
        }
    }
}
