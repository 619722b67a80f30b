using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;

namespace Krait.Packaging.Tests.Lockfiles;

public sealed class PylockTests
{
    [Theory]
    [InlineData("sha256", 64, true)]
    [InlineData("sha384", 96, true)]
    [InlineData("sha512", 128, true)]
    [InlineData("sha256", 63, false)]
    [InlineData("sha256", 0, false)]
    [InlineData("sha224", 56, false)]
    [InlineData("sha1", 40, false)]
    [InlineData("md5", 32, false)]
    [InlineData("blake2b", 128, false)]
    [InlineData("foo", 64, false)]
    public void A_file_is_verified_by_a_whole_digest_of_a_secure_function(string function, int digits, bool isUsable)
    {
        var file = new PylockFile { Url = "https://f.example/a", Hashes = [new(function, new string('0', digits))] };
        Assert.Equal(isUsable, file.TryReadHashes(out var hashes, out var error));
        Assert.Equal(isUsable, error is null && hashes.Length == 1);
    }

    [Fact]
    public void One_malformed_digest_beside_a_good_one_is_an_error()
    {
        var good = new KeyValuePair<string, string>("sha256", new string('0', 64));
        var file = new PylockFile { Url = "https://f.example/a", Hashes = [good, new("md5", "None")] };
        Assert.False(file.TryReadHashes(out _, out var error));
        Assert.Contains("md5:None", error.Message);
        Assert.True((file with { Hashes = [good, new("future", "?")] }).TryReadHashes(out _, out _));
    }

    private const string Sample = """
        # made by a test
        lock-version = "1.0"
        environments = [
            "sys_platform == 'linux'",
        ]
        requires-python = ">=3.9"
        extras = ["x"]
        dependency-groups = ["dev", "docs"]
        default-groups = ["dev"]
        created-by = "krait"

        [[packages]]
        name = "a"
        version = "1.0"
        index = "https://index.example/simple"
        sdist = { upload-time = 2024-01-02T03:04:05Z, url = "https://f.example/a-1.0.tar.gz", size = 5, hashes = { sha256 = "00" } }
        wheels = [
            { url = "https://f.example/a-1.0-py2-none-any.whl", hashes = { sha256 = "01" } },
            { name = "a-1.0-py3-none-any.whl", path = "w/x", hashes = { sha256 = "02", md5 = "03" } },
        ]

        [packages.tool.krait]
        k = 1

        [[packages]]
        name = "b"
        marker = "'docs' in dependency_groups or 'x' in extras"
        dependencies = [
            { name = "a" },
        ]
        vcs = { type = "git", url = "https://g.example/b", requested-revision = "main", commit-id = "abc" }

        [[packages]]
        name = "c"
        directory = { path = ".", editable = true }

        [tool.krait]
        v = "1"

        """;

    private static readonly MarkerEnvironment Linux = new()
    {
        PythonFullVersion = "3.12.1",
        PythonVersion = "3.12",
        SysPlatform = "linux",
    };

    private static Pylock Parse(string text) =>
        Pylock.TryParse(text, "pylock.toml", out var pylock, out var errors)
            ? pylock
            : throw new InvalidOperationException(errors[0].Message);

    private static int? OnlyPython3(WheelFileName wheel) =>
        wheel.PythonTags.Contains("py3", StringComparer.Ordinal) ? 0 : null;

    private static string Choose(Pylock pylock, string[] extras, string[]? groups) =>
        pylock.TrySelect(Linux, OnlyPython3, extras, groups, out var selection, out var error)
            ? string.Join(' ', selection.Select(s => $"{s.GetType().Name}:{s.Package.Name}"))
            : error.Message;

    [Fact]
    public void What_is_read_writes_back_the_same() => Assert.Equal(Sample, Parse(Sample).Write("made by a test"));

    [Fact]
    public void Chooses_the_wheel_with_the_highest_build_among_equal_tags()
    {
        var pylock = Parse(
            """
            lock-version = "1.0"
            created-by = "test"
            [[packages]]
            name = "a"
            version = "1.0"
            wheels = [
                { url = "https://f.example/a-1.0-py3-none-any.whl", hashes = { sha256 = "01" } },
                { url = "https://f.example/a-1.0-10-py3-none-any.whl", hashes = { sha256 = "02" } },
                { url = "https://f.example/a-1.0-9-py3-none-any.whl", hashes = { sha256 = "03" } },
            ]
            """
        );
        Assert.True(pylock.TrySelect(Linux, OnlyPython3, [], groups: null, out var selection, out _));
        Assert.Equal("a-1.0-10-py3-none-any.whl", Assert.IsType<PylockChoice.FromWheel>(selection[0]).File.FileName);
    }

    [Fact]
    public void Chooses_by_markers_extras_and_groups()
    {
        var pylock = Parse(Sample);
        Assert.Equal("FromWheel:a FromFolder:c", Choose(pylock, [], groups: null));
        Assert.Equal("FromWheel:a FromVcs:b FromFolder:c", Choose(pylock, ["x"], groups: null));
        Assert.Equal("FromWheel:a FromVcs:b FromFolder:c", Choose(pylock, [], ["docs"]));
    }

    [Theory]
    [InlineData("requires-python = \"<3\"", "the lock file is for Python `<3`, not 3.12.1")]
    [InlineData("environments = [\"os_name == 'nt'\"]", "the lock file is for other environments than this one")]
    [InlineData("environments = []", "the lock file is for other environments than this one")]
    public void Refuses_an_environment_that_the_file_is_not_for(string line, string message) =>
        Assert.Equal(
            message,
            Choose(Parse($"lock-version = \"1.0\"\ncreated-by = \"k\"\npackages = []\n{line}\n"), [], groups: null)
        );

    [Fact]
    public void Two_wanted_packages_of_a_name_are_an_error()
    {
        const string text =
            "lock-version = '1.0'\ncreated-by = 'k'\n[[packages]]\nname = 'a'\ndirectory.path = 'x'\n[[packages]]\nname = 'a'\ndirectory.path = 'y'\n";
        Assert.Equal("the lock file has more than one `a` for this environment", Choose(Parse(text), [], groups: null));
    }

    [Fact]
    public void Reports_all_errors_at_once_with_their_lines()
    {
        const string text = """
            lock-version = "2.0"
            extras = ["A_b"]
            [[packages]]
            name = "Not_Normal"
            [[packages]]
            name = "a"
            version = "1"
            wheels = [{ url = "https://h/b-1-py3-none-any.whl", hashes = {} }]
            archive = { hashes = { sha256 = 1 } }
            """;
        Assert.False(Pylock.TryParse(text, "pylock.toml", out _, out var errors));
        Assert.Equal([1, 1, 2, 3, 4, 5, 5, 8, 9, 9], errors.Select(e => e.Line).Order().ToArray());
    }

    [Fact]
    public void A_missing_packages_array_is_not_an_empty_one() =>
        Assert.False(Pylock.TryParse("lock-version = '1.0'\ncreated-by = 'k'\n", "pylock.toml", out _, out _));

    [Theory]
    [InlineData("pylock.toml", true)]
    [InlineData("pylock.dev.toml", true)]
    [InlineData("pylock..toml", false)]
    [InlineData("pylock.a.b.toml", false)]
    [InlineData("my-pylock.toml", false)]
    public void Knows_the_reserved_file_names(string name, bool expected) =>
        Assert.Equal(expected, Pylock.IsFileName(name));

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(
            Sample,
            8_000,
            text =>
            {
                if (!Pylock.TryParse(text, "p", out var pylock, out _))
                    return;
                Choose(pylock, [], groups: null);
                Assert.Equal(pylock.Write(), Parse(pylock.Write()).Write());
            }
        );
}
