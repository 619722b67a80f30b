using System.Diagnostics;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;

// A process of its own that uses the installer, so that tests can kill it at any moment and measurements see what ships.
//   venv PYTHON FOLDER | sync VENV CACHE WHEEL… | install VENV CACHE WHEEL… | uninstall VENV CACHE NAME… | list VENV CACHE
try
{
    return await RunAsync(args);
}
catch (KraitException e)
{
    await Console.Error.WriteLineAsync($"error: {e.Diagnostic.Message} [{e.Diagnostic.Code}]");
    foreach (var note in e.Diagnostic.Notes)
        await Console.Error.WriteLineAsync($"note: {note}");
    return e.Kind is FailureKind.Failed ? 1 : 2;
}

static async Task<int> RunAsync(string[] args)
{
    using var stop = new CancellationTokenSource();
    if (args is ["venv", var python, var folder])
    {
        var interpreter = await new InterpreterProbe(cache: null).ProbeAsync(python, stop.Token);
        VenvBuilder.Create(VenvRequest.For(interpreter, Path.GetFullPath(folder), "0.1.0"));
        return 0;
    }

    var clock = Stopwatch.StartNew();
    using var cache = await CacheFolder.OpenAsync(
        new CacheLocation(Path.GetFullPath(args[2]), IsExplicit: true),
        TimeSpan.FromSeconds(60),
        waiting: null,
        stop.Token
    );
    var environment = await PythonEnvironment.OpenAsync(args[1], new InterpreterProbe(cache), stop.Token);
    using var session = await EnvironmentSession.OpenAsync(
        environment,
        TimeSpan.FromSeconds(60),
        waiting: null,
        stop.Token
    );
    if (session.Recovered != Recovered.Nothing)
        await Console.Error.WriteLineAsync($"recovered: {session.Recovered}");
    var installed = session.ReadInstalled();
    switch (args[0])
    {
        case "list":
            foreach (var distribution in installed.All)
                Console.WriteLine($"{distribution.Name}=={distribution.VersionText}");
            return 0;
        case "uninstall":
            var names = args.Skip(3).Select(PackageName.Parse).ToHashSet();
            var removal = InstallPlan.Removing(installed.All.Where(d => names.Contains(d.Name)));
            await ExecuteAsync(session, removal, [], clock, stop.Token);
            return 0;
        default:
            await InstallAsync(session, installed, cache, args, clock, stop.Token);
            return 0;
    }
}

static async Task InstallAsync(
    EnvironmentSession session,
    InstalledDistributions installed,
    CacheFolder cache,
    string[] args,
    Stopwatch clock,
    CancellationToken cancellationToken
)
{
    var files = args.Skip(3)
        .ToDictionary(path => WheelFileName.Parse(Path.GetFileName(path)), path => Path.GetFullPath(path));
    var wanted = files.Keys.Select(f => new WantedDistribution(f.Name, f.Version));
    var options = new PlanOptions { RemovesOthers = args[0] is "sync", ReinstallsAll = args[0] is "reinstall" };
    var plan = InstallPlan.Create(installed, wanted, options);
    using var store = new WheelStore(cache);
    var needed = plan.Needed.Select(w => w.Name).ToHashSet();
    var found = new Dictionary<PackageName, StoredWheel>();
    var missing = new List<(WheelKey Key, string Path)>();
    foreach (var (file, path) in files.Where(f => needed.Contains(f.Key.Name)))
    {
        var key = new WheelKey(file, WheelKey.SourceOf("local"));
        if (store.TryFind(key, expected: null) is { } wheel)
            found.Add(file.Name, wheel);
        else
            missing.Add((key, path));
    }

    var added = await Task.WhenAll(missing.Select(m => store.AddAsync(m.Key, m.Path, hashes: [], cancellationToken)));
    foreach (var wheel in added)
        found.Add(wheel.Key.File.Name, wheel);
    if (Environment.GetEnvironmentVariable("KRAIT_HOST_TIMES") is not null)
        await Console.Error.WriteLineAsync($"prepared after {clock.Elapsed.TotalMilliseconds:0.0} ms");
    await ExecuteAsync(session, plan, found, clock, cancellationToken);
    foreach (var wheel in found.Values)
        wheel.Dispose();
}

static async Task ExecuteAsync(
    EnvironmentSession session,
    InstallPlan plan,
    Dictionary<PackageName, StoredWheel> wheels,
    Stopwatch clock,
    CancellationToken cancellationToken
)
{
    var options = new InstallOptions
    {
        CompilesBytecode = Environment.GetEnvironmentVariable("KRAIT_HOST_COMPILE") is not null,
        LinkMode = Environment.GetEnvironmentVariable("KRAIT_HOST_COPY") is not null
            ? LinkMode.Copy
            : LinkMode.HardLink,
    };
    var report = await session.ExecuteAsync(plan, wheels, options, progress: null, cancellationToken);
    Console.Write(plan.ToString());
    foreach (var warning in report.Warnings)
        await Console.Error.WriteLineAsync($"warning: {warning.Message} ({warning.Source})");
    if (Environment.GetEnvironmentVariable("KRAIT_HOST_TIMES") is not null)
        await Console.Error.WriteLineAsync($"finished after {clock.Elapsed.TotalMilliseconds:0.0} ms");
}
