using System.Diagnostics;
using Krait.Testing;

namespace Krait.EndToEnd;

/// <summary>A folder with a cache, a home and environments of its own, in which a test uses krait as a person would.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string?> neutral;
    private readonly Dictionary<string, string?> variables;

    public Sandbox(IReadOnlyDictionary<string, string?>? extraVariables = null)
    {
        Directory.CreateDirectory(folder.At("home"));
        Directory.CreateDirectory(folder.At("work"));
        neutral = ForeignSettings().ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        neutral["HOME"] = folder.At("home");
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

    /// <summary>The variables of this process that would reach into a sandbox.</summary>
    private static IEnumerable<string> ForeignSettings()
    {
        string[] prefixes = ["KRAIT_", "UV_", "PIP_", "XDG_", "VIRTUAL_ENV", "CONDA_", "SSL_CERT_", "PYTHON"];
        string[] others = ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "NETRC", "http_proxy", "https_proxy"];
        string[] proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];
        return Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name =>
                prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
                || others.Contains(name)
                || proxies.Contains(name)
            );
    }
}
