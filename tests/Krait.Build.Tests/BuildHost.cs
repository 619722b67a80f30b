using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Krait.Build.Building;
using Krait.Build.Isolation;
using Krait.Build.Sources;
using Krait.Environments.Interpreters;
using Krait.Packaging.Distributions;
using Krait.Platform.Caching;
using Krait.Platform.Processes;
using Krait.Testing;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Build.Tests;

/// <summary>A cache, an interpreter of the machine and empty build environments, for builds with backends that are part of their project.</summary>
internal sealed class BuildHost : IDisposable, IBuildEnvironments
{
    public static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(2);

    private readonly TempFolder temp = new();
    private readonly List<SourceBuilder> builders = [];

    private BuildHost(Interpreter interpreter, CacheFolder cache)
    {
        Interpreter = interpreter;
        Cache = cache;
    }

    public Interpreter Interpreter { get; }

    public CacheFolder Cache { get; }

    public TempFolder Temp => temp;

    public ConcurrentQueue<BuildEvent> Events { get; } = new();

    /// <summary>The environments that were asked for.</summary>
    public ConcurrentQueue<BuildEnvironmentRequest> Requests { get; } = new();

    /// <summary>Prepares environments in another way.</summary>
    public Func<BuildEnvironmentRequest, CancellationToken, Task>? OnPrepare { get; set; }

    /// <summary>The limits of builds.</summary>
    public GuardedLimits Limits { get; set; } = new();

    /// <summary>The variables of the process.</summary>
    public Dictionary<string, string> Variables { get; } = new(ProcessVariables.Read(), StringComparer.Ordinal);

    public static async Task<BuildHost> CreateAsync(string version = "3.12", string? cachePath = null)
    {
        var python = Pythons.Find(version);
        Assert.SkipWhen(python is null, $"There is no Python {version} here");
        var token = TestContext.Current.CancellationToken;
        var interpreter = await new InterpreterProbe(cache: null).ProbeAsync(python!, token); // checked above
        var cache = cachePath is null
            ? CacheFolder.OpenTemporary()
            : await CacheFolder.OpenAsync(new CacheLocation(cachePath, IsExplicit: true), LockLimit, null, token);
        return new BuildHost(interpreter, cache);
    }

    public SourceBuilder Builder(int width = 4)
    {
        var builder = new SourceBuilder(
            this,
            Cache,
            new BuildOptions
            {
                Variables = Variables,
                Limits = Limits,
                Width = width,
                Progress = new Reporter(Events),
            }
        );
        builders.Add(builder);
        return builder;
    }

    public BuildRequest Request(BuildChain? chain = null) => new(Interpreter) { Chain = chain ?? BuildChain.Empty };

    public async Task<BuildEnvironment> PrepareAsync(
        BuildEnvironmentRequest request,
        CancellationToken cancellationToken
    )
    {
        Requests.Enqueue(request);
        if (OnPrepare is not null)
            await OnPrepare(request, cancellationToken);
        var contents = request.Requirements.Select(r => r.ToString()).ToImmutableArray();
        var store = new BuildEnvironmentStore(Cache, "test", LockLimit);
        return await store.GetOrAddAsync(
            request.Interpreter,
            contents,
            contents,
            (_, _) => Task.CompletedTask,
            waiting: null,
            cancellationToken
        );
    }

    /// <summary>A source distribution with these files, as an index would have it.</summary>
    public BuildSource Sdist(SdistFiles files, string? fileName = null)
    {
        var name = fileName ?? $"{files.Name}-{files.Version}.tar.gz";
        var path = Path.Combine(temp.Path, Guid.NewGuid().ToString("n")[..8], name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // below the folder
        File.WriteAllBytes(path, files.Pack());
        Assert.True(SdistFileName.TryParse(name, out var parsed, out _));
        return BuildSource.OfIndex(index: null, parsed, name, path, DigestOf(path));
    }

    public static FileHash DigestOf(string path) =>
        FileHash.Create(HashAlgorithm.Sha256, SHA256.HashData(File.ReadAllBytes(path)));

    public void Dispose()
    {
        foreach (var builder in builders)
            builder.Dispose();
        Cache.Dispose();
        temp.Dispose();
    }

    private sealed class Reporter(ConcurrentQueue<BuildEvent> events) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value) => events.Enqueue(value);
    }
}

/// <summary>The interpreters of the machine, which tests only read.</summary>
internal static class Pythons
{
    public static string? Find(string version)
    {
        var home = Environment.GetEnvironmentVariable("HOME") ?? "/root";
        var versions = Path.Combine(home, ".pyenv", "versions");
        var folders = Directory.Exists(versions) ? Directory.GetDirectories(versions, version + ".*") : [];
        IEnumerable<string> places = folders
            .Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "bin", "python"))
            .Append($"/usr/bin/python{version}")
            .Append($"/usr/local/bin/python{version}");
        return places.FirstOrDefault(File.Exists);
    }
}
