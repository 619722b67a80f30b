using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Krait.Server.Load;

/// <summary>nginx in front of servers, with the configuration in `docs/nginx.conf`: only addresses, paths and the limit of requests differ.</summary>
internal sealed class Nginx : IDisposable
{
    private const string Example = "server 127.0.0.1:8411 max_fails=2 fail_timeout=1s;";

    private readonly Process process;

    private Nginx(Process process) => this.process = process;

    /// <summary>Its port, which speaks TLS.</summary>
    public required int Port { get; init; }

    /// <summary>Its address.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{Port}");

    /// <summary>Starts it in front of some servers. Its certificate is that of <see cref="Certificates"/>.</summary>
    public static async Task<Nginx> StartAsync(
        Workplace place,
        IEnumerable<string> servers,
        CancellationToken cancellationToken
    )
    {
        Certificates.Write(place);
        var port = FreePort();
        var lines = servers.Select(server =>
            Example.Replace("127.0.0.1:8411", new Uri(server).Authority, StringComparison.Ordinal)
        );
        var shipped = await File.ReadAllTextAsync(Find("docs/nginx.conf"), cancellationToken);
        var changed = Replace(
            shipped,
            ("/var/cache/nginx/krait", place.At("cache")),
            ("/etc/ssl/packages.example.org.pem", place.At("server.pem")),
            ("/etc/ssl/packages.example.org.key", place.At("server.key")),
            ("listen 443 ssl", string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port} ssl")),
            ("packages.example.org", "localhost"),
            // All the load comes from one address.
            ("rate=100r/s", "rate=100000r/s"),
            (Example, string.Join("\n    ", lines))
        );
        place.Write("krait.conf", changed);
        var temporary = string.Concat(
            ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(name =>
                $"{name}_temp_path {place.At("temporary")};"
            )
        );
        var main = place.Write(
            "nginx.conf",
            $$"""
            daemon off; worker_processes 1; pid {{place.At("nginx.pid")}}; error_log {{place.At("nginx.log")}} warn;
            {{(Environment.UserName is "root" ? "user root;" : "")}}
            events { worker_connections 4096; }
            http { access_log off; {{temporary}} include {{place.At("krait.conf")}}; }
            """
        );
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        var started = Process.Start(new ProcessStartInfo(program, ["-e", "stderr", "-c", main]));
        var nginx = new Nginx(started ?? throw new LoadException("nginx could not be started")) { Port = port };
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return nginx;
            }
            catch (SocketException)
            {
                await Task.Delay(50, cancellationToken);
            }
        }

        nginx.Dispose();
        throw new LoadException("nginx does not listen");
    }

    /// <summary>A port that nobody uses now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Makes it reload its configuration; requests that have arrived are still answered.</summary>
    public void Reload() => Signal("-HUP");

    /// <inheritdoc/>
    public void Dispose()
    {
        // Its workers end with it only if it is asked to end.
        Signal("-TERM");
        process.WaitForExit();
        process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static string Replace(string text, params ReadOnlySpan<(string From, string To)> changes)
    {
        foreach (var (from, to) in changes)
        {
            if (!text.Contains(from, StringComparison.Ordinal))
                throw new LoadException($"docs/nginx.conf has no `{from}` any more");
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>A file of the repository.</summary>
    private static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, path)))
                return Path.Join(folder.FullName, path);
        }

        throw new LoadException($"{path} is not above this program");
    }
}
