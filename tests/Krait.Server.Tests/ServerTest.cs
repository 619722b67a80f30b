using System.Net.Http.Headers;
using System.Text.Json;
using Krait.Index;
using Krait.Index.Http;
using Krait.Server.Settings;
using Krait.Server.Tests.Sharing;
using Krait.Testing;

namespace Krait.Server.Tests;

/// <summary>An upstream, a directory, and a server over both that listens on a port of its own.</summary>
public abstract class ServerTest : IAsyncLifetime
{
    protected const string Json = "application/vnd.pypi.simple.v1+json";

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected System.Collections.Concurrent.ConcurrentQueue<string> LogLines { get; } = new();

    protected TempFolder Folder { get; } = new();

    protected FakeIndex Upstream { get; } = new();

    protected FakeClock Clock { get; } = new();

    private protected KraitServer Server { get; private set; } = null!; // made before each test

    protected string StorePath => Folder.At("store");

    /// <summary>How long a client waits for news; long, so that a busy machine makes no answer stale.</summary>
    protected virtual TimeSpan SoftDeadline => TimeSpan.FromSeconds(20);

    /// <summary>Whether everything is kept in a database and an object storage.</summary>
    protected virtual bool IsShared => false;

    /// <summary>The database; null where everything is kept in the directory.</summary>
    private protected DatabaseSettings? Database { get; private set; }

    /// <summary>The object storage; null where everything is kept in the directory.</summary>
    private protected ObjectSettings? Objects { get; private set; }

    private protected virtual ServerSettings Settings =>
        ServerSettings.ForUpstreams(StorePath, [SafeUrl.Parse(Upstream.Url)]) with
        {
            Port = 0,
            Http = new HttpOptions
            {
                RetryDelay = TimeSpan.FromMilliseconds(1),
                Retries = 1,
                IdleTimeout = TimeSpan.FromSeconds(5),
            },
            SoftDeadline = SoftDeadline,
            Database = Database,
            Objects = Objects,
        };

    public virtual async ValueTask InitializeAsync()
    {
        if (IsShared)
        {
            Assert.SkipWhen(PostgresServer.Reason is not null, PostgresServer.Reason ?? "");
            Assert.SkipWhen(ObjectServer.Reason is not null, ObjectServer.Reason ?? "");
            Database = await (await PostgresServer.CommonAsync()).TakeDatabaseAsync();
            Objects = await (await ObjectServer.CommonAsync()).CreateBucketAsync();
        }

        Server = await KraitServer.StartAsync(Settings, Clock, LogLines.Enqueue, Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        if (Database is not null)
            (await PostgresServer.CommonAsync()).Return(Database);
        client.Dispose();
        Upstream.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the server and starts another one over the same directory.</summary>
    protected async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await KraitServer.StartAsync(Settings, Clock, LogLines.Enqueue, Token);
    }

    protected Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        params (string Name, string Value)[] headers
    ) => SendAsync(method, path, content: null, headers);

    protected Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(method, Server.Address + path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    protected Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers);

    protected async Task<string> TextAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(path, headers);
        return await response.Content.ReadAsStringAsync(Token);
    }

    protected async Task<JsonElement> PageAsync(string project, string view = "")
    {
        using var response = await GetAsync($"{view}/simple/{project}/", ("Accept", Json));
        Assert.Equal(200, (int)response.StatusCode);
        using var page = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(Token),
            cancellationToken: Token
        );
        return page.RootElement.Clone();
    }

    protected async Task<string[]> FilesAsync(string project, string view = "") =>
        [
            .. (await PageAsync(project, view))
                .GetProperty("files")
                .EnumerateArray()
                .Select(f => f.GetProperty("filename").GetString()!),
        ]; // every file has a name

    protected async Task<JsonElement> EntryAsync(string project, string fileName, string view = "") =>
        (await PageAsync(project, view))
            .GetProperty("files")
            .EnumerateArray()
            .Single(file => file.GetProperty("filename").GetString() == fileName);

    protected async Task<int> StatusAsync(string path)
    {
        using var response = await GetAsync(path);
        return (int)response.StatusCode;
    }

    /// <summary>A file through the server; null where the connection broke before its end.</summary>
    protected async Task<byte[]?> DownloadAsync(string path, RangeHeaderValue? range = null)
    {
        try
        {
            var request = new HttpRequestMessage(HttpMethod.Get, Server.Address + path);
            request.Headers.Range = range;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(Token) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (HttpIOException)
        {
            return null;
        }
    }

    /// <summary>Waits until something has happened, which it must within some seconds.</summary>
    protected static Task WaitForAsync(Func<bool> isTrue) => WaitForAsync(() => Task.FromResult(isTrue()));

    /// <summary>Waits until something has happened, which it must within some seconds.</summary>
    protected static async Task WaitForAsync(Func<Task<bool>> isTrue)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await isTrue())
                return;
            await Task.Delay(50, Token);
        }

        Assert.Fail("it did not happen");
    }

    /// <summary>A number of `/metrics`.</summary>
    protected async Task<int> MetricAsync(string name)
    {
        var lines = (await TextAsync("/metrics")).Split('\n');
        return int.Parse(
            lines.Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    /// <summary>The address of a file of the public namespace.</summary>
    protected static string FilePath(string project, string fileName, string space = "public") =>
        $"/files/{space}/{project}/{fileName}";
}
