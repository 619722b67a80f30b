using Krait.Cli.Rendering;
using Krait.Testing;

namespace Krait.Cli.Tests;

/// <summary>A folder, an index and a cache of their own, in which a test types commands; everything runs inside the test's process.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> variables;

    public CommandLine()
    {
        Directory.CreateDirectory(folder.At("work"));
        variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder.At("home"),
            ["PATH"] = SearchPath.Value,
            ["KRAIT_CACHE_DIR"] = folder.At("cache"),
            ["KRAIT_INDEX_URL"] = Index.Url,
        };
    }

    /// <summary>The index that is asked unless the command says otherwise.</summary>
    public FakeIndex Index { get; } = new();

    /// <summary>What is typed when a command asks, a line for each question.</summary>
    public Queue<string> Typed { get; } = [];

    /// <summary>Sets a variable of the process.</summary>
    public string this[string variable]
    {
        set => variables[variable] = value;
    }

    /// <summary>A path in the working folder.</summary>
    public string At(string relativePath) => folder.At("work", relativePath);

    /// <summary>Writes a file of the working folder and returns its path.</summary>
    public string Write(string relativePath, string text) => folder.Write(Path.Combine("work", relativePath), text);

    /// <summary>Adds text to a file of the working folder.</summary>
    public void Append(string relativePath, string text) => File.AppendAllText(At(relativePath), text);

    /// <summary>Reads a file of the working folder.</summary>
    public string Read(string relativePath) => File.ReadAllText(At(relativePath));

    /// <summary>Writes a wheel into the working folder and returns its path.</summary>
    public string WriteWheel(WheelBuilder wheel)
    {
        var path = At(wheel.FileName);
        File.WriteAllBytes(path, wheel.Build());
        return path;
    }

    /// <summary>Types a command; the words are separated by spaces.</summary>
    public Task<Answer> TypeAsync(string line) => TypeAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Types a command.</summary>
    public async Task<Answer> TypeAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, isInteractive: false, useColor: false)
        {
            ReadLine = () => Typed.TryDequeue(out var typed) ? typed : null,
        };
        var code = await Program.RunAsync(
            [.. words],
            terminal,
            variables,
            folder.At("work"),
            TestContext.Current.CancellationToken
        );
        terminal.Flush();
        return new Answer(code, output.ToString(), error.ToString());
    }

    /// <summary>Types a command on a terminal that redraws lines.</summary>
    public async Task<Answer> TypeOnTerminalAsync(string typed, TextWriter error)
    {
        await using var output = new StringWriter();
        var terminal = new Terminal(output, error, isInteractive: true, useColor: false);
        var code = await Program.RunAsync(
            [.. typed.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            terminal,
            variables,
            folder.At("work"),
            TestContext.Current.CancellationToken
        );
        terminal.Flush();
        return new Answer(code, output.ToString(), error.ToString() ?? "");
    }

    /// <summary>Makes an environment in `.venv`; the test is skipped where there is no interpreter.</summary>
    public async Task<CommandLine> WithEnvironmentAsync()
    {
        var made = await TypeAsync("venv .venv");
        Assert.SkipWhen(made.Code == 2 && made.Error.Contains("interpreter", StringComparison.Ordinal), made.Error);
        made.Succeeded();
        return this;
    }

    /// <summary>The packages in `.venv`, as pins.</summary>
    public async Task<string[]> InstalledAsync() =>
        (await TypeAsync("pip freeze")).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A file that was installed into `.venv`.</summary>
    public string SiteFile(string relativePath) =>
        Path.Combine(Directory.GetDirectories(At(".venv/lib"), "python*").Single(), "site-packages", relativePath);

    public void Dispose()
    {
        Index.Dispose();
        folder.Dispose();
    }
}
