using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Krait.Server.Settings;
using Krait.Testing;

namespace Krait.Server.Tests.Sharing;

/// <summary>An object storage of our own (s3rver, from npm) over a temporary directory.</summary>
internal sealed class ObjectServer : IDisposable
{
    private const string Keys = "S3RVER";

    private static readonly string Program =
        Environment.GetEnvironmentVariable("KRAIT_S3RVER")
        ?? Path.Join(
            Environment.GetEnvironmentVariable("HOME"),
            ".cache/krait-tests/s3rver/node_modules/s3rver/bin/s3rver.js"
        );

    private static readonly Lock Gate = new();
    private static Task<ObjectServer>? common;

    private readonly TempFolder folder = new();
    private readonly int port = FreePort();
    private Daemon? running;
    private bool isCommon;
    private int buckets;

    private ObjectServer() { }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Why there is none; null where there can be one.</summary>
    public static string? Reason => File.Exists(Program) ? null : "s3rver is not installed (`eng/prepare-services`)";

    /// <summary>The one for tests that leave it alone.</summary>
    public static Task<ObjectServer> CommonAsync()
    {
        lock (Gate)
            return common ??= StartNewAsync(isCommon: true);
    }

    /// <summary>Where it keeps its objects.</summary>
    public string DataPath => folder.At("data");

    /// <summary>Makes and starts one.</summary>
    /// <param name="isCommon">Whether nobody disposes it: then it is removed when the tests end.</param>
    public static async Task<ObjectServer> StartNewAsync(bool isCommon = false)
    {
        var server = new ObjectServer { isCommon = isCommon };
        server.folder.Write("keys", Keys + "\n" + Keys + "\n");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, or starts it again.</summary>
    public async Task StartAsync()
    {
        running = new Daemon(
            "KILL",
            isCommon ? folder.Path : null,
            "env",
            "NODE_OPTIONS=--openssl-legacy-provider",
            "node",
            Program,
            "-d",
            DataPath,
            "-a",
            "127.0.0.1",
            "-p",
            port.ToString(CultureInfo.InvariantCulture),
            "--no-vhost-buckets",
            "-s"
        );
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"), Token);
                return;
            }
            catch (HttpRequestException) when (i < 200)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    /// <summary>Kills it.</summary>
    public void Stop()
    {
        running?.Dispose();
        running = null;
    }

    /// <summary>Makes a bucket.</summary>
    public async Task<ObjectSettings> CreateBucketAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bucket-{Interlocked.Increment(ref buckets)}");
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(Keys, Keys),
            new AmazonS3Config { ServiceURL = $"http://127.0.0.1:{port}", ForcePathStyle = true }
        );
        await client.PutBucketAsync(name, Token);
        return new ObjectSettings(new Uri($"http://127.0.0.1:{port}"), name) { KeyFile = folder.At("keys") };
    }

    public void Dispose()
    {
        Stop();
        folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
