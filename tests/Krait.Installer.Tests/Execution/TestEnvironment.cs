using Krait.Environments.Discovery;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Tests.Wheels;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>A virtual environment and a cache, both fresh.</summary>
internal sealed class TestEnvironment : IDisposable
{
    private static Task<Interpreter>? interpreter;
    private readonly TempFolder folder;

    private TestEnvironment(PythonEnvironment environment, TempFolder folder)
    {
        Environment = environment;
        this.folder = folder;
    }

    public PythonEnvironment Environment { get; }

    public Store Store { get; } = new();

    public TempFolder Folder => folder;

    /// <summary>What is mounted in the environment, and has to go before its folder can.</summary>
    public IDisposable? Mount { get; set; }

    public string Site => Environment.Layout.SitePackages;

    public string Scripts => Environment.Layout.Scripts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestEnvironment> CreateAsync(string name = "venv", bool relocatable = false)
    {
        var python = await (interpreter ??= FindAsync());
        var place = new TempFolder();
        VenvBuilder.Create(VenvRequest.For(python, place.At(name), "0.1.0") with { IsRelocatable = relocatable });
        var environment = await PythonEnvironment.OpenAsync(place.At(name), new InterpreterProbe(cache: null), Token);
        return new TestEnvironment(environment, place);
    }

    /// <summary>A folder of packages that is no environment, as `--target` fills it.</summary>
    public static async Task<TestEnvironment> CreateTargetAsync()
    {
        var python = await (interpreter ??= FindAsync());
        var place = new TempFolder();
        Directory.CreateDirectory(place.At("target"));
        var layout = EnvironmentLayout.ForTarget(place.At("target"));
        return new TestEnvironment(PythonEnvironment.At(layout, python), place);
    }

    /// <summary>An environment that another test has made, opened in some other way; its folder stays with that test.</summary>
    public static TestEnvironment Over(PythonEnvironment environment) => new(environment, new TempFolder());

    /// <summary>Installs wheels and nothing else changes.</summary>
    public Task<InstallReport> InstallAsync(params WheelForge[] wheels) => ChangeAsync(new PlanOptions(), wheels);

    /// <summary>Makes the environment hold exactly these wheels.</summary>
    public Task<InstallReport> SyncAsync(params WheelForge[] wheels) =>
        ChangeAsync(new PlanOptions { RemovesOthers = true }, wheels);

    public Task<InstallReport> ChangeAsync(PlanOptions options, params WheelForge[] wheels) =>
        ChangeAsync(options, new InstallOptions(), w => w, wheels);

    public async Task<InstallReport> ChangeAsync(
        PlanOptions options,
        InstallOptions install,
        Func<WantedDistribution, WantedDistribution> change,
        params WheelForge[] wheels
    )
    {
        using var session = await EnvironmentSession.OpenAsync(
            Environment,
            TimeSpan.FromSeconds(9),
            waiting: null,
            Token
        );
        var stored = wheels.Select(Find).ToDictionary(w => w.Key.File.Name);
        var wanted = stored.Values.Select(w => change(new WantedDistribution(w.Key.File.Name, w.Key.File.Version)));
        var plan = InstallPlan.Create(session.ReadInstalled(), wanted, options);
        try
        {
            return await session.ExecuteAsync(plan, stored, install, progress: null, Token);
        }
        finally
        {
            foreach (var wheel in stored.Values)
                wheel.Dispose();
        }
    }

    public async Task<InstallReport> UninstallAsync(params string[] names)
    {
        using var session = await EnvironmentSession.OpenAsync(
            Environment,
            TimeSpan.FromSeconds(9),
            waiting: null,
            Token
        );
        var installed = session.ReadInstalled();
        var plan = InstallPlan.Removing(names.SelectMany(n => installed.AllOf(PackageName.Parse(n))));
        return await session.ExecuteAsync(
            plan,
            new Dictionary<PackageName, StoredWheel>(),
            new InstallOptions(),
            null,
            Token
        );
    }

    public InstalledDistributions Installed() => InstalledDistributions.Read(Environment);

    /// <summary>Every file and folder of the environment, with what it holds.</summary>
    public SortedDictionary<string, string> Tree() => Trees.Read(Environment.Root);

    public string Read(string path) => File.ReadAllText(Path.Combine(Site, path));

    public void Dispose()
    {
        Mount?.Dispose();
        Store.Dispose();
        folder.Dispose();
    }

    private StoredWheel Find(WheelForge forge) =>
        Store.Wheels.TryFind(Store.Key(forge.FileName), expected: null) ?? Store.Add(forge);

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
