using System.Collections.Immutable;
using Krait.Environments.Discovery;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Index;
using Krait.Installer.Wheels;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Projects.Inputs;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Sources;
using Krait.Testing;

namespace Krait.Projects.Tests.Operations;

/// <summary>An index, a cache and a virtual environment, all fresh, and what operations work with on them.</summary>
internal sealed class TestBench : IAsyncDisposable, IProgress<OperationEvent>
{
    private static Task<Interpreter>? interpreter;
    private readonly TempFolder folder;
    private readonly CacheFolder cache;
    private readonly IndexClient client;
    private readonly WheelStore store;

    private TestBench(Interpreter python, PythonEnvironment environment, TempFolder folder, CacheFolder cache)
    {
        (this.folder, this.cache, Environment) = (folder, cache, environment);
        client = new IndexClient(new IndexClientOptions(), cache);
        store = new WheelStore(cache);
        Target = MachineTarget.Create(python, new TargetOptions());
        var location = SafeUrl.TryParse(Index.Url, out var url, out _) ? new IndexLocation(url) : null;
        Bench = new Workbench(
            cache,
            client,
            new IndexSettings { Indexes = [location!] }, // the URL of the fake index is one
            store,
            folder.Path,
            ImmutableDictionary<string, string>.Empty
        )
        {
            // A test that waits for its own lock fails soon, not after minutes.
            LockLimit = TimeSpan.FromSeconds(5),
            Progress = this,
        };
    }

    public FakeIndex Index { get; } = new();

    public PythonEnvironment Environment { get; }

    public MachineTarget Target { get; }

    public Workbench Bench { get; }

    /// <summary>The warnings of the operations so far.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>What is installed, as pins in the order of their names.</summary>
    public IEnumerable<string> Installed =>
        InstalledDistributions
            .Read(Environment)
            .All.Select(distribution => $"{distribution.Name}=={distribution.VersionText}")
            .Order(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestBench> CreateAsync()
    {
        var python = await (interpreter ??= FindAsync());
        var place = new TempFolder();
        VenvBuilder.Create(VenvRequest.For(python, place.At("venv"), "0.1.0"));
        var environment = await PythonEnvironment.OpenAsync(place.At("venv"), new InterpreterProbe(cache: null), Token);
        return new TestBench(python, environment, place, CacheFolder.OpenTemporary());
    }

    /// <summary>Requirements as a user writes them on the command line and, by line, in a requirements file.</summary>
    public async Task<RequirementSet> ReadAsync(string[]? packages = null, string[]? lines = null)
    {
        var files = Array.Empty<string>();
        if (lines is not null)
        {
            files = [folder.At("requirements.txt")];
            await File.WriteAllLinesAsync(files[0], lines, Token);
        }

        var loader = new TextLoader(
            (_, _) => throw new NotSupportedException(),
            _ => throw new NotSupportedException()
        );
        var reader = new RequirementSetReader(loader, folder.Path, Bench.Variables);
        return await reader.ReadAsync(
            new RequirementSources { Packages = [.. packages ?? []], Files = [.. files] },
            Token
        );
    }

    public void Report(OperationEvent value)
    {
        if (value is OperationEvent.Warned warned)
            Warnings.Add(warned.Warning);
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await client.DisposeAsync();
        cache.Dispose();
        Index.Dispose();
        folder.Dispose();
    }

    private static async Task<Interpreter> FindAsync()
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = SearchPath.Value,
            ["HOME"] = System.Environment.GetEnvironmentVariable("HOME") ?? "/",
        };
        var discovery = new InterpreterDiscovery(new InterpreterProbe(cache: null), new SearchContext("/", variables));
        await foreach (var found in discovery.FindAllAsync(PythonRequest.Any, Token))
            return found;
        Assert.Skip("no Python interpreter is installed");
        throw new InvalidOperationException();
    }
}
