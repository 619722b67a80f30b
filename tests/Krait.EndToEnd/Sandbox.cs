using System.Diagnostics;
using Krait.Testing;

namespace Krait.EndToEnd;

/// <summary>A folder with a cache, a home and environments of its own, in which a test uses krait as a person would.</summary>
internal sealed class Sandbox : IDisposable
{
    /// <summary>The folders where Debian keeps its programs, however many more this machine searches.</summary>
    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The only variables of this machine that reach into a sandbox: they say where programs find what they need to start.</summary>
    private static readonly string[] Kept = ["TMPDIR", "LD_LIBRARY_PATH", "USER", "LOGNAME"];

    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string?> neutral;
    private readonly Dictionary<string, string?> variables;

    public Sandbox(IReadOnlyDictionary<string, string?>? extraVariables = null)
    {
        Directory.CreateDirectory(folder.At("home"));
        Directory.CreateDirectory(folder.At("work"));
        neutral = Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name => !Kept.Contains(name))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        neutral["HOME"] = folder.At("home");
        neutral["PATH"] = SearchPath;
        neutral["KRAIT_CACHE_DIR"] = folder.At("cache");
        variables = new Dictionary<string, string?>(neutral, StringComparer.Ordinal);
        foreach (var (name, value) in extraVariables ?? new Dictionary<string, string?>())
            variables[name] = value;
    }

    /// <summary>The working folder of the commands.</summary>
    public string Work => folder.At("work");

    /// <summary>The home folder.</summary>
    public string Home => folder.At("home");

    /// <summary>The cache folder.</summary>
    public string Cache => folder.At("cache");

    /// <summary>A path below the working folder.</summary>
    public string At(string relativePath) => Path.Combine(Work, relativePath);

    /// <summary>Writes a file below the working folder and returns its path.</summary>
    public string Write(string relativePath, string text) => folder.Write(Path.Combine("work", relativePath), text);

    /// <summary>Runs krait.</summary>
    public Task<Run> KraitAsync(params string[] arguments) => Run.StartAsync(Machine.Krait, arguments, Work, variables);

    /// <summary>Starts krait without waiting for its end.</summary>
    public Process StartKrait(params string[] arguments)
    {
        var start = new ProcessStartInfo(Machine.Krait, arguments)
        {
            WorkingDirectory = Work,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("krait did not start");
    }

    /// <summary>Runs another program in the same surroundings.</summary>
    public Task<Run> ProgramAsync(string program, params string[] arguments) =>
        Run.StartAsync(program, arguments, Work, variables);

    /// <summary>Makes an environment, whatever variables the test is about, and returns its folder.</summary>
    public async Task<string> VenvAsync(string python, string name = ".venv")
    {
        string[] arguments = ["venv", "--quiet", "--python", python, At(name)];
        (await Run.StartAsync(Machine.Krait, arguments, Work, neutral)).Succeeded();
        return At(name);
    }

    public void Dispose() => folder.Dispose();
}
