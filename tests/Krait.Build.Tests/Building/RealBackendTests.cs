using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Krait.Build.Building;
using Krait.Build.Failures;
using Krait.Build.Isolation;
using Krait.Build.Sources;
using Krait.Environments.Interpreters;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Requirements;

namespace Krait.Build.Tests.Building;

/// <summary>The backends that people use, from the recorded index beside the checkout.</summary>
public sealed class RealBackendTests
{
    private static readonly Dictionary<string, byte[]> Recorded = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("docopt-0.6.2.tar.gz", "3.12", "docopt-0.6.2-py2.py3-none-any.whl")]
    [InlineData("docopt-0.6.2.tar.gz", "3.8", "docopt-0.6.2-py2.py3-none-any.whl")]
    [InlineData("MarkupSafe-2.1.5.tar.gz", "3.12", "MarkupSafe-2.1.5-cp312-cp312-linux_x86_64.whl")]
    [InlineData("itsdangerous-2.2.0.tar.gz", "3.12", "itsdangerous-2.2.0-py3-none-any.whl")]
    [InlineData("tomlkit-0.15.2.tar.gz", "3.12", "tomlkit-0.15.2-py3-none-any.whl")]
    [InlineData("rich-15.0.0.tar.gz", "3.12", "rich-15.0.0-py3-none-any.whl")]
    [InlineData("fastapi-0.165.0.tar.gz", "3.12", "fastapi-0.165.0-py3-none-any.whl")]
    [InlineData("attrs-26.1.0.tar.gz", "3.12", "attrs-26.1.0-py3-none-any.whl")]
    [InlineData("pyyaml-6.0.3.tar.gz", "3.12", "pyyaml-6.0.3-cp312-cp312-linux_x86_64.whl")]
    public async Task Builds_what_is_published(string fileName, string version, string expected)
    {
        using var host = await BuildHost.CreateAsync(version);
        using var environments = new RecordedEnvironments(host);
        var builder = environments.Builder;
        var source = Source(host, fileName);
        var metadata = await builder.DescribeAsync(source, host.Request(), Token);
        var wheel = await builder.BuildAsync(source, host.Request(), Token);
        Assert.Equal(expected, wheel.File.ToString(), ignoreCase: true);
        Assert.Equal(
            wheel.Metadata.RequiresDist.Select(r => r.ToString()).Order(StringComparer.Ordinal),
            metadata.RequiresDist.Select(r => r.ToString()).Order(StringComparer.Ordinal)
        );
        Assert.NotEmpty(wheel.BuiltWith);
    }

    [Theory]
    [InlineData("import missing_module", "undeclared-build-dependency")]
    [InlineData("import pkg_resources", "no-pkg-resources")]
    [InlineData("from setuptools import setup; setup(name='demo', use_2to3=True)", "use-2to3")]
    [InlineData("print 'hello'", "python-2")]
    [InlineData("raise RuntimeError('Cannot install on Python version 3.12')", "wrong-python")]
    public async Task Explains_what_fails_with_setuptools(string setup, string cause)
    {
        using var host = await BuildHost.CreateAsync("3.12");
        Assert.SkipWhen(Files().Count == 0, "the recorded index (../shared) is not beside this checkout");
        using var environments = new RecordedEnvironments(host);
        var files = new SdistFiles
        {
            PyProject = "",
            Others = new Dictionary<string, string>(StringComparer.Ordinal) { ["setup.py"] = setup },
        };
        var error = await Assert.ThrowsAsync<BuildFailedException>(() =>
            environments.Builder.BuildAsync(host.Sdist(files), host.Request(), Token)
        );
        Assert.StartsWith("failed to build demo 1.0: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(cause, error.Failure.Cause?.Code);
        Assert.NotEmpty(error.Failure.LastLines);
    }

    private static BuildSource.Archive Source(BuildHost host, string fileName)
    {
        var content = Files().FirstOrDefault(file => file.Key.EndsWith('/' + fileName, StringComparison.Ordinal)).Value;
        Assert.SkipWhen(content is null, "the recorded index (../shared) is not beside this checkout");
        var path = host.Temp.At(fileName);
        File.WriteAllBytes(path, content!); // checked above
        Assert.True(SdistFileName.TryParse(fileName, out var parsed, out _));
        return BuildSource.OfIndex(index: null, parsed, fileName, path, BuildHost.DigestOf(path));
    }

    private static Dictionary<string, byte[]> Files()
    {
        lock (Recorded)
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Krait.slnx")))
                folder = folder.Parent;
            var archive = Path.Combine(folder?.Parent?.FullName ?? "/", "shared", "pypi", "files.tar");
            if (Recorded.Count > 0 || !File.Exists(archive))
                return Recorded;
            using var stream = File.OpenRead(archive);
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is not { Length: < 4_000_000 } data)
                    continue;
                var content = new byte[data.Length];
                data.ReadExactly(content);
                Recorded[entry.Name] = content;
            }

            return Recorded;
        }
    }

    /// <summary>Environments with the newest recorded wheels that fit; what has none is built.</summary>
    private sealed class RecordedEnvironments : IBuildEnvironments, IDisposable
    {
        private readonly BuildHost host;

        public RecordedEnvironments(BuildHost host)
        {
            this.host = host;
            Builder = new SourceBuilder(this, host.Cache, new BuildOptions { Variables = host.Variables });
        }

        public SourceBuilder Builder { get; }

        public void Dispose() => Builder.Dispose();

        public async Task<BuildEnvironment> PrepareAsync(
            BuildEnvironmentRequest request,
            CancellationToken cancellationToken
        )
        {
            var chosen = new SortedDictionary<string, (string Name, byte[] Content)>(StringComparer.Ordinal);
            var pending = new Queue<Requirement>(request.Requirements);
            while (pending.TryDequeue(out var requirement))
            {
                if (
                    !requirement.Marker.Evaluate(request.Interpreter.Markers)
                    || chosen.ContainsKey(requirement.Name.Value)
                )
                {
                    continue;
                }

                var wheel =
                    Choose(requirement, request.Interpreter)
                    ?? await BuildAsync(requirement, request, cancellationToken);
                chosen.Add(requirement.Name.Value, wheel);
                foreach (var next in MetadataOf(wheel.Content).RequiresDist)
                    pending.Enqueue(next);
            }

            var pins = chosen
                .Values.Select(wheel => WheelFileName.Parse(wheel.Name))
                .Select(f => $"{f.Name}=={f.Version}");
            var store = new BuildEnvironmentStore(host.Cache, "test", BuildHost.LockLimit);
            return await store.GetOrAddAsync(
                request.Interpreter,
                [.. chosen.Values.Select(wheel => wheel.Name)],
                [.. pins],
                (root, _) =>
                {
                    foreach (var wheel in chosen.Values)
                        Unzip(wheel.Content, request.Interpreter.PathsOfEnvironment(root).PureLibrary);
                    return Task.CompletedTask;
                },
                waiting: null,
                cancellationToken
            );
        }

        private async Task<(string Name, byte[] Content)> BuildAsync(
            Requirement requirement,
            BuildEnvironmentRequest request,
            CancellationToken cancellationToken
        )
        {
            var name = Files()
                .Keys.Where(path => path.EndsWith(".tar.gz", StringComparison.Ordinal))
                .Select(path => Path.GetFileName(path))
                .First(name => SdistFileName.TryParse(name, out var parsed, out _) && parsed.Name == requirement.Name);
            var wheel = await Builder.BuildAsync(Source(host, name), host.Request(request.Chain), cancellationToken);
            return (wheel.File.ToString(), await File.ReadAllBytesAsync(wheel.Path, cancellationToken));
        }

        private static (string Name, byte[] Content)? Choose(Requirement requirement, Interpreter interpreter) =>
            Files()
                .Where(file => file.Key.EndsWith(".whl", StringComparison.Ordinal))
                .Select(file =>
                    (
                        Name: Path.GetFileName(file.Key),
                        Content: file.Value,
                        File: WheelFileName.Parse(Path.GetFileName(file.Key))
                    )
                )
                .Where(found => found.File.Name == requirement.Name)
                .Where(found => requirement.Specifiers?.Contains(found.File.Version) != false)
                .Where(found => interpreter.Tags.RankOf(found.File) is not null)
                .Where(found => MetadataOf(found.Content).RequiresPython?.Contains(interpreter.Version) != false)
                .OrderByDescending(found => found.File.Version)
                .Select(found => ((string, byte[])?)(found.Name, found.Content))
                .FirstOrDefault();

        private static CoreMetadata MetadataOf(byte[] wheel)
        {
            using var zip = new ZipArchive(new MemoryStream(wheel));
            var entry = zip.Entries.Single(e =>
                e.FullName.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)
                && e.FullName.Count(c => c == '/') == 1
            );
            using var stream = new StreamReader(entry.Open(), Encoding.UTF8);
            Assert.True(CoreMetadata.TryParse(Encoding.UTF8.GetBytes(stream.ReadToEnd()), out var metadata, out _));
            return metadata;
        }

        private static void Unzip(byte[] wheel, string target)
        {
            using var zip = new ZipArchive(new MemoryStream(wheel));
            zip.ExtractToDirectory(target, overwriteFiles: true);
        }
    }
}
