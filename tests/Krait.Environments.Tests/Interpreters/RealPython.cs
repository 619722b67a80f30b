using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;

namespace Krait.Environments.Tests.Interpreters;

/// <summary>The interpreters that the machine happens to have.</summary>
internal static class RealPython
{
    private static readonly string Home = Environment.GetEnvironmentVariable("HOME") ?? "/";

    public static SearchContext Context(string workingFolder, params (string Name, string Value)[] variables) =>
        new(
            workingFolder,
            new[] { ("PATH", Environment.GetEnvironmentVariable("PATH") ?? ""), ("HOME", Home) }
                .Concat(variables)
                .GroupBy(v => v.Item1)
                .ToDictionary(g => g.Key, g => g.Last().Item2)
        );

    /// <summary>Some interpreter; the test is skipped where there is none.</summary>
    public static async Task<Interpreter> AnyAsync()
    {
        var discovery = new InterpreterDiscovery(new InterpreterProbe(cache: null), Context("/"));
        await foreach (
            var interpreter in discovery.FindAllAsync(PythonRequest.Any, TestContext.Current.CancellationToken)
        )
        {
            return interpreter;
        }

        Assert.Skip("no Python interpreter is installed");
        throw new InvalidOperationException();
    }

    /// <summary>A version that pyenv has, or null.</summary>
    public static string? OfPyenv(string prefix)
    {
        var versions = Path.Combine(Home, ".pyenv", "versions");
        var found = Directory.Exists(versions) ? Directory.GetDirectories(versions, prefix + ".*") : [];
        return found.Select(v => Path.Combine(v, "bin", "python")).FirstOrDefault(File.Exists);
    }
}
