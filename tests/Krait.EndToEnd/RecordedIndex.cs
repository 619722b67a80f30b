using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Krait.EndToEnd;

/// <summary>The recorded index, served on loopback for the whole run of these tests.</summary>
public sealed class RecordedIndex : IAsyncLifetime
{
    private Process? server;
    private int port;
    private volatile string lastWords = "";

    /// <summary>The addresses of the index, by the transport under test.</summary>
    /// <param name="transport">`http` (HTTP/1.1), `h2` (TLS, HTTP/2) or `delayed` (the same behind 80 ms).</param>
    public string Url(string transport) =>
        transport switch
        {
            "http" => $"http://127.0.0.1:{port}/simple",
            "h2" => $"https://localhost:{port + 1}/simple",
            "delayed" => $"https://localhost:{port + 2}/simple",
            _ => throw new ArgumentException($"no transport `{transport}`", nameof(transport)),
        };

    /// <summary>What a client needs to trust the TLS addresses.</summary>
    public IReadOnlyDictionary<string, string?> Trust { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = Path.Combine(Folder, "ca.pem") };

    /// <summary>The folder that is served: `simple/NAME/index.json`, `files/NAME/FILE` and `files/NAME/FILE.metadata`.</summary>
    public string Tree { get; } = Path.Combine(Folder, "tree");

    private static string Folder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "krait-pypi");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Machine.Shared is null)
            return;
        port = FreePorts();
        var script = Path.Combine(Machine.Shared, "pypi", "serve.py");
        var start = new ProcessStartInfo("python3", [script, "--port", $"{port}", "--rtt", "80", "--dir", Folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        server = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start");
        // What it says of every missing file would bury a failure; what it says of itself is told if it does not start.
        server.ErrorDataReceived += (_, said) => lastWords = said.Data ?? lastWords;
        server.BeginErrorReadLine();
        var line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (!string.Equals(line, "ready", StringComparison.Ordinal))
            throw new InvalidOperationException($"the recorded index did not start: {line} {lastWords}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        using (var terminate = Process.Start("kill", ["-TERM", $"{server.Id}"]))
            await terminate.WaitForExitAsync(TestContext.Current.CancellationToken);
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        server.Dispose();
    }

    /// <summary>The first of three neighbouring ports that nobody listens on.</summary>
    private static int FreePorts()
    {
        for (var first = 18640; first < 19640; first += 3)
        {
            if (Enumerable.Range(first, 3).All(IsFree))
                return first;
        }

        throw new InvalidOperationException("no three neighbouring ports are free");
    }

    private static bool IsFree(int candidate)
    {
        using var listener = new TcpListener(IPAddress.Loopback, candidate);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
