using System.Diagnostics;

namespace Krait.Ablation;

/// <summary>Takes the samples: both sides in turn, each in a directory of its own that is empty before.</summary>
internal sealed class Bench(Choices choices) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ablation-");
    private int directories;

    /// <summary>Measures every feature in every workload that was chosen.</summary>
    public async Task<IReadOnlyList<Result>> RunAsync()
    {
        var results = new List<Result>();
        foreach (var workload in Chosen(Workload.All, choices.Names, workload => workload.Name))
        {
            foreach (var feature in Chosen(Feature.All, choices.Features, feature => feature.Name))
            {
                await Console.Error.WriteLineAsync($"{workload.Name} without {feature.Name}");
                results.Add(await CompareAsync(feature, workload));
            }
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private static List<T> Chosen<T>(IEnumerable<T> all, IReadOnlyList<string> names, Func<T, string> nameOf)
    {
        var chosen = all.Where(one => names.Count == 0 || names.Contains(nameOf(one), StringComparer.Ordinal)).ToList();
        return chosen.Count > 0 ? chosen : throw new BenchException($"nothing is called {string.Join(", ", names)}");
    }

    private async Task<Result> CompareAsync(Feature feature, Workload workload)
    {
        var with = new List<double>();
        var without = new List<double>();
        string? failure = null;
        for (var run = -choices.WarmUps; run < choices.Runs && failure is null; run++)
        {
            var one = await SampleAsync(workload, feature.With);
            var other = await SampleAsync(workload, feature.Without);
            failure = one.Failure ?? other.Failure;
            if (run < 0 || failure is not null)
                continue;
            with.Add(one.Milliseconds);
            without.Add(other.Milliseconds);
        }

        return new Result(feature, workload, new Statistics(with), new Statistics(without), failure);
    }

    private async Task<Sample> SampleAsync(Workload workload, (string Name, string Value) setting)
    {
        var place = folder.CreateSubdirectory($"{++directories}");
        try
        {
            var input = Path.Join(choices.Workloads, workload.Input);
            var output = Path.Join(place.FullName, "pins.txt");
            string[] resolve = ["pip", "compile", input, "-o", output, "--python", choices.Python];
            if (workload.Installs)
                return await InstallAsync(place, resolve, output, setting);
            if (workload.FillsCache)
            {
                // Only the setting of the timed run counts.
                if ((await KraitAsync(place, setting: null, resolve)).Failure is { } failure)
                    return new Sample(0, failure);
                File.Delete(output);
            }

            return await KraitAsync(place, setting, workload.Refreshes ? [.. resolve, "--refresh"] : resolve);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private async Task<Sample> InstallAsync(
        DirectoryInfo place,
        string[] resolve,
        string pins,
        (string Name, string Value) setting
    )
    {
        var environment = Path.Join(place.FullName, "env");
        var prepared = await KraitAsync(place, setting: null, resolve);
        if (prepared.Failure is null)
            prepared = await KraitAsync(place, setting: null, ["venv", environment, "--python", choices.Python]);
        Directory.Delete(Cache(place), recursive: true);
        return prepared.Failure is null
            ? await KraitAsync(place, setting, ["pip", "sync", pins, "--python", environment])
            : prepared;
    }

    private static string Cache(DirectoryInfo place) => Path.Join(place.FullName, "cache");

    private async Task<Sample> KraitAsync(DirectoryInfo place, (string Name, string Value)? setting, string[] words)
    {
        var start = new ProcessStartInfo(choices.Krait, [.. words, "--index-url", choices.Index])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = place.FullName,
        };
        foreach (var foreign in start.Environment.Keys.Where(IsForeign).ToList())
            start.Environment.Remove(foreign);
        start.Environment["KRAIT_CACHE_DIR"] = Cache(place);
        if (setting is var (name, value))
            start.Environment[name] = value;
        start.Environment["HOME"] = place.FullName;
        if (choices.Certificate is { } certificate)
            start.Environment["SSL_CERT_FILE"] = certificate;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new BenchException($"`{choices.Krait}` does not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var taken = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var said = await error + await output;
        return process.HasExited && process.ExitCode == 0
            ? new Sample(taken, Failure: null)
            : new Sample(taken, $"`krait {string.Join(' ', words)}` with {setting} failed:\n{said}");
    }

    private static bool IsForeign(string name) =>
        name.StartsWith("KRAIT_", StringComparison.Ordinal)
        || name.StartsWith("UV_", StringComparison.Ordinal)
        || name.StartsWith("PIP_", StringComparison.Ordinal);

    private sealed record Sample(double Milliseconds, string? Failure);
}
