using Krait.Build.Failures;
using Krait.Build.Sources;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Build.Tests.Building;

/// <summary>Builds of projects with a backend of the test's own: what is asked of it, and what comes of that.</summary>
public sealed class SourceBuilderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.6")]
    [InlineData("3.7")]
    [InlineData("3.8")]
    [InlineData("3.9")]
    [InlineData("3.10")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("3.13")]
    public async Task Builds_a_wheel_with_every_Python(string version)
    {
        using var host = await BuildHost.CreateAsync(version);
        var source = host.Sdist(new SdistFiles { Requires = "'requests>=2'" });
        var wheel = await host.Builder().BuildAsync(source, host.Request(), Token);
        Assert.Equal("demo-1.0-py3-none-any.whl", wheel.File.ToString());
        Assert.Equal("requests>=2", Assert.Single(wheel.Metadata.RequiresDist).ToString());
        Assert.True(File.Exists(wheel.Path));
        Assert.True(wheel.IsNew);
    }

    [Fact]
    public async Task Finds_what_was_built_without_starting_a_backend()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(new SdistFiles());
        var built = await host.Builder().BuildAsync(source, host.Request(), Token);
        var second = host.Builder();
        var found = await second.BuildAsync(source, host.Request(), Token);
        Assert.Equal(built, found);
        Assert.False(found.IsNew);
        Assert.Equal("demo", (await second.DescribeAsync(source, host.Request(), Token)).Name.Value);
        Assert.Equal(0, second.HookRuns);
    }

    [Fact]
    public async Task Asks_a_backend_once_for_metadata_and_once_for_the_wheel()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(new SdistFiles { Code = Prepare });
        var builder = host.Builder();
        var metadata = await builder.DescribeAsync(source, host.Request(), Token);
        Assert.Equal(Version.Parse("1.0"), metadata.Version);
        Assert.Null(builder.TryFind(source, host.Request()));
        _ = await builder.BuildAsync(source, host.Request(), Token);
        Assert.Equal(2, builder.HookRuns);
        Assert.NotNull(host.Builder().Recall(source, host.Request()));
    }

    [Fact]
    public async Task Builds_where_there_is_no_hook_for_metadata()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(new SdistFiles());
        var builder = host.Builder();
        _ = await builder.DescribeAsync(source, host.Request(), Token);
        Assert.NotNull(builder.TryFind(source, host.Request()));
    }

    [Fact]
    public async Task Calls_a_backend_whose_arguments_have_other_names()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(
            new SdistFiles
            {
                Code =
                    "def build_wheel(folder, config_settings=None, metadata_directory=None):\n    return write_wheel(folder)\n",
            }
        );
        Assert.True((await host.Builder().BuildAsync(source, host.Request(), Token)).IsNew);
    }

    [Theory]
    [InlineData("Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: a\n", true)]
    [InlineData("Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nDynamic: Requires-Dist\n", false)]
    [InlineData("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n", false)]
    public async Task Trusts_PKG_INFO_where_the_standard_does(string text, bool isTrusted)
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(
            new SdistFiles { Others = new Dictionary<string, string>(StringComparer.Ordinal) { ["PKG-INFO"] = text } }
        );
        var builder = host.Builder();
        _ = await builder.DescribeAsync(source, host.Request(), Token);
        Assert.Equal(isTrusted, builder.HookRuns == 0);
        Assert.NotNull(host.Builder().Recall(source, host.Request()));
    }

    [Fact]
    public async Task Trusts_a_project_table_that_states_everything()
    {
        using var host = await BuildHost.CreateAsync();
        var files = new SdistFiles();
        var project =
            "[project]\nname = \"demo\"\nversion = \"1.0\"\ndependencies = [\"a>1\"]\noptional-dependencies.x = [\"b ; sys_platform == 'linux'\"]\n";
        var builder = host.Builder();
        var source = host.Sdist(files with { PyProject = files.PyProject + project });
        var metadata = await builder.DescribeAsync(source, host.Request(), Token);
        Assert.Equal(
            ["a>1", "b ; sys_platform == 'linux' and extra == 'x'"],
            metadata.RequiresDist.Select(r => r.ToString())
        );
        Assert.Equal(["x"], metadata.ProvidesExtra.Select(e => e.Value));
        Assert.Equal(0, builder.HookRuns);
        _ = await builder.DescribeAsync(
            host.Sdist(
                files with
                {
                    PyProject =
                        files.PyProject
                        + project.Replace(
                            "dependencies = [\"a>1\"]",
                            "dynamic = [\"dependencies\"]",
                            StringComparison.Ordinal
                        ),
                    Version = "2.0",
                }
            ),
            host.Request(),
            Token
        );
        Assert.True(builder.HookRuns > 0);
    }

    [Fact]
    public async Task Gives_a_backend_what_it_asks_for_in_addition()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(
            new SdistFiles
            {
                PyProject = new SdistFiles().PyProject.Replace("[]", "[\"tool>=1\"]", StringComparison.Ordinal),
                Code =
                    "def get_requires_for_build_wheel(config_settings=None):\n    return ['tool', 'wheel>=0.30', 'tool>=1']\n",
            }
        );
        _ = await host.Builder().BuildAsync(source, host.Request(), Token);
        Assert.Equal(
            ["tool>=1", "tool>=1 tool wheel>=0.30 tool>=1"],
            host.Requests.Select(request => string.Join(' ', request.Requirements))
        );
        // What a backend asks for is known from then on.
        host.Requests.Clear();
        var refreshed = host.Request() with { IsRefreshed = true };
        _ = await host.Builder().BuildAsync(source, refreshed, Token);
        Assert.Equal("tool>=1 tool wheel>=0.30 tool>=1", string.Join(' ', Assert.Single(host.Requests).Requirements));
    }

    [Fact]
    public async Task Explains_builds_that_need_each_other()
    {
        using var host = await BuildHost.CreateAsync();
        var names = new[] { "alpha", "beta", "gamma" };
        var sources = names.ToDictionary(
            name => name,
            name =>
                host.Sdist(
                    new SdistFiles(name)
                    {
                        PyProject = new SdistFiles().PyProject.Replace(
                            "[]",
                            $"[\"{names[(Array.IndexOf(names, name) + 1) % 3]}\"]",
                            StringComparison.Ordinal
                        ),
                    }
                ),
            StringComparer.Ordinal
        );
        var builder = host.Builder(width: 1);
        host.OnPrepare = async (request, token) =>
        {
            foreach (var requirement in request.Requirements)
                _ = await builder.BuildAsync(sources[requirement.Name.Value], host.Request(request.Chain), token);
        };
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            builder.BuildAsync(sources["alpha"], host.Request(), Token)
        );
        Assert.Equal("build-cycle", error.Diagnostic.Code);
        Assert.Equal("alpha 1.0 cannot be built: its build needs alpha 1.0 itself", error.Message);
        Assert.Equal(
            [
                "building alpha 1.0 needs beta 1.0",
                "building beta 1.0 needs gamma 1.0",
                "building gamma 1.0 needs alpha 1.0",
            ],
            error.Diagnostic.Notes
        );
    }

    [Fact]
    public async Task Builds_what_a_build_needs_while_only_one_may_run()
    {
        using var host = await BuildHost.CreateAsync();
        var tool = host.Sdist(new SdistFiles("tool"));
        var source = host.Sdist(
            new SdistFiles
            {
                PyProject = new SdistFiles().PyProject.Replace("[]", "[\"tool\"]", StringComparison.Ordinal),
            }
        );
        var builder = host.Builder(width: 1);
        host.OnPrepare = async (request, token) =>
        {
            if (request.Requirements.Any(r => r.Name.Value is "tool"))
                _ = await builder.BuildAsync(tool, host.Request(request.Chain), token);
        };
        _ = await builder.BuildAsync(source, host.Request(), Token);
        Assert.Equal(2, builder.HookRuns);
    }

    [Fact]
    public async Task Says_which_build_needed_what_could_not_be_installed()
    {
        using var host = await BuildHost.CreateAsync();
        host.OnPrepare = (_, _) => throw new KraitException(new Diagnostic("no-solution", "no version of tool"));
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            host.Builder().BuildAsync(host.Sdist(new SdistFiles()), host.Request(), Token)
        );
        Assert.Equal("failed to build demo 1.0: its build requirements could not be installed", error.Message);
        Assert.Equal("no version of tool", error.Diagnostic.Cause!.Message);
    }

    [Theory]
    [InlineData(
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\"../outside\"]\n",
        "outside the project"
    )]
    [InlineData(
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\"/tmp\"]\n",
        "outside the project"
    )]
    [InlineData(
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\"missing\"]\n",
        "does not exist"
    )]
    [InlineData("[build-system]\nbuild-backend = \"backend\"\n", "`build-system.requires` is missing")]
    [InlineData("[build-system]\nrequires = [\"a b\"]\n", "is not a valid requirement")]
    [InlineData("[build-system]\nrequires = \"a\"\n", "is a string, not an array")]
    [InlineData("[build-system]\nrequires = []\nbuild-backend = \"back end\"\n", "is not a valid backend name")]
    [InlineData("build-system = 1\n", "is an integer, not a table")]
    [InlineData("[build-system\n", "")]
    public async Task Refuses_a_build_system_that_cannot_be_used(string text, string problem)
    {
        using var host = await BuildHost.CreateAsync();
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            host.Builder().BuildAsync(host.Sdist(new SdistFiles { PyProject = text }), host.Request(), Token)
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal("pyproject.toml of demo-1.0.tar.gz", error.Diagnostic.Source);
        Assert.True(error.Diagnostic.Line > 0);
    }

    [Fact]
    public async Task Uses_setuptools_where_a_project_names_no_backend()
    {
        using var host = await BuildHost.CreateAsync();
        foreach (
            var (text, requires) in ((string, string)[])
                [
                    ("", "setuptools>=40.8.0"),
                    ("[tool.x]\n", "setuptools>=40.8.0"),
                    ("[build-system]\nrequires = [\"setuptools<70\", \"wheel\"]\n", "setuptools<70 wheel"),
                    ("[build-system]\nrequires = [\"wheel\"]\n", "wheel setuptools>=40.8.0"),
                ]
        )
        {
            var folder = host.Temp.At("project");
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "setup.py"), "", Token);
            File.Delete(Path.Combine(folder, "pyproject.toml"));
            if (text.Length > 0)
                await File.WriteAllTextAsync(Path.Combine(folder, "pyproject.toml"), text, Token);
            Assert.True(BuildBackend.TryRead(folder, "pyproject.toml", out var backend, out _));
            Assert.Equal(BuildBackend.LegacyObject, backend.ObjectPath);
            Assert.Equal(requires, string.Join(' ', backend.Requires));
        }
    }

    [Fact]
    public async Task Builds_a_checkout_in_a_copy_and_a_subdirectory_of_it()
    {
        using var host = await BuildHost.CreateAsync();
        var checkout = host.Temp.At("checkout");
        new SdistFiles
        {
            Code =
                "_b = build_wheel\ndef build_wheel(wheel_directory, **others):\n    open('left', 'w').close()\n    return _b(wheel_directory)\n",
        }.WriteTo(Path.Combine(checkout, "sub", "project"));
        Directory.CreateSymbolicLink(Path.Combine(checkout, "sub", "out"), "/");
        var commit = new string('a', 40);
        var source = BuildSource.OfGit("https://x/y", "main", commit, checkout, "sub/project");
        var wheel = await host.Builder().BuildAsync(source, host.Request(), Token);
        Assert.Equal("demo", wheel.Metadata.Name.Value);
        Assert.False(File.Exists(Path.Combine(checkout, "sub", "project", "left")));
        Assert.NotEqual(source.Key, BuildSource.OfGit("https://x/y", "main", commit, checkout, "sub").Key);
        foreach (var subdirectory in (string[])["..", "sub/../..", "missing", "sub/out/etc", "sub", "/etc"])
        {
            var wrong = BuildSource.OfGit("https://x/y", "main", commit, checkout, subdirectory);
            _ = await Assert.ThrowsAnyAsync<KraitException>(() =>
                host.Builder().BuildAsync(wrong, host.Request(), Token)
            );
        }
    }

    [Fact]
    public async Task Builds_an_archive_whose_name_and_version_nobody_knew()
    {
        using var host = await BuildHost.CreateAsync();
        var path = host.Temp.At("master");
        await File.WriteAllBytesAsync(path, new SdistFiles().Pack(), Token);
        var source = BuildSource.OfUrl(
            "https://host/archive/master",
            "master",
            path,
            BuildHost.DigestOf(path),
            subdirectory: null
        );
        var builder = host.Builder();
        Assert.Equal("demo", (await builder.DescribeAsync(source, host.Request(), Token)).Name.Value);
        Assert.NotNull(host.Builder().TryFind(source, host.Request()));
        var wrong = source with { Name = PackageName.Parse("other") };
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            host.Builder().BuildAsync(wrong, host.Request(), Token)
        );
        Assert.Contains("not a wheel of `other`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builds_an_editable_once_and_again_only_when_its_metadata_changes()
    {
        using var host = await BuildHost.CreateAsync();
        var folder = host.Temp.At("project");
        new SdistFiles { Code = Editable }.WriteTo(folder);
        var builder = host.Builder();
        var source = Source();
        _ = await builder.DescribeAsync(source, host.Request(), Token);
        var wheel = await builder.BuildAsync(source, host.Request(), Token);
        Assert.Equal("demo-1.0-0.editable-py3-none-any.whl", wheel.File.ToString());
        Assert.Equal(1, builder.HookRuns);
        await File.WriteAllTextAsync(Path.Combine(folder, "demo.py"), "value = 2", Token);
        Assert.NotNull(host.Builder().TryFind(Source(), host.Request()));
        await File.AppendAllTextAsync(Path.Combine(folder, "pyproject.toml"), "[tool.x]\n", Token);
        Assert.Null(host.Builder().TryFind(Source(), host.Request()));

        BuildSource Source() =>
            BuildSource.OfFolder(
                folder,
                isEditable: true,
                Krait.Build.Editables.FolderStamp.Of(folder, isEditable: true, host.Variables)
            );
    }

    [Fact]
    public async Task Says_that_a_backend_cannot_make_editable_wheels()
    {
        using var host = await BuildHost.CreateAsync();
        var folder = host.Temp.At("project");
        new SdistFiles().WriteTo(folder);
        var source = BuildSource.OfFolder(folder, isEditable: true, "stamp");
        var error = await Assert.ThrowsAsync<BuildFailedException>(() =>
            host.Builder().BuildAsync(source, host.Request(), Token)
        );
        Assert.Contains(
            "its backend `backend` does not support editable installs",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Builds_a_source_distribution()
    {
        using var host = await BuildHost.CreateAsync();
        var folder = host.Temp.At("project");
        var code =
            "def build_sdist(sdist_directory, config_settings=None):\n    open(os.path.join(sdist_directory, 'demo-1.0.tar.gz'), 'w').close()\n    return 'demo-1.0.tar.gz'\n";
        new SdistFiles { Code = code }.WriteTo(folder);
        var source = BuildSource.OfFolder(folder, isEditable: false, "stamp");
        var path = await host.Builder().BuildSdistAsync(source, host.Request(), host.Temp.Path, Token);
        Assert.Equal(host.Temp.At("demo-1.0.tar.gz"), path);
        Assert.True(File.Exists(path));
    }

    internal const string Prepare = """
        def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
            name = "%s-%s.dist-info" % (NAME, VERSION)
            os.mkdir(os.path.join(metadata_directory, name))
            with open(os.path.join(metadata_directory, name, "METADATA"), "w") as file:
                file.write(metadata())
            return name

        """;

    internal const string Editable = """
        def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
            return write_wheel(wheel_directory, version=VERSION + "-0.editable", inner="demo-1.0.dist-info", tag="py3-none-any")

        """;
}
