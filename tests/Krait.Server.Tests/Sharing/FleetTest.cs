using System.Net.Http.Headers;
using Krait.Index;
using Krait.Index.Http;
using Krait.Server.Access;
using Krait.Server.Databases;
using Krait.Server.Settings;
using Krait.Testing;

namespace Krait.Server.Tests.Sharing;

/// <summary>Several servers, each with a directory of its own, over one database and one object storage.</summary>
public abstract class FleetTest : IAsyncLifetime
{
    private readonly List<KraitServer> servers = [];
    private string token = "";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TempFolder Folder { get; } = new();

    protected FakeIndex Upstream { get; } = new();

    protected HttpClient Http { get; } =
        new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    private protected DatabaseSettings Database { get; set; } = null!; // made before each test

    private protected ObjectSettings Objects { get; set; } = null!; // made before each test

    /// <summary>Whether this test stops the database or the storage.</summary>
    protected virtual bool HasServicesOfItsOwn => false;

    private protected PostgresServer Postgres { get; private set; } = null!; // made before each test

    private protected ObjectServer Storage { get; private set; } = null!; // made before each test

    private protected virtual ServerSettings SettingsOf(string name) =>
        ServerSettings.ForUpstreams(Folder.At(name), []) with
        {
            Port = 0,
            Database = Database,
            Objects = Objects,
            Http = new HttpOptions
            {
                RetryDelay = TimeSpan.FromMilliseconds(1),
                Retries = 1,
                IdleTimeout = TimeSpan.FromSeconds(20),
            },
            SoftDeadline = TimeSpan.FromSeconds(20),
            Spaces =
            [
                new SpaceSettings("team"),
                new SpaceSettings("public") { Upstream = SafeUrl.Parse(Upstream.Url) },
            ],
            Views =
            [
                new ViewSettings("default", ["team", "public"]),
                new ViewSettings("inside", ["team"]) { IsPublic = false },
            ],
        };

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.Reason is not null, PostgresServer.Reason ?? "");
        Assert.SkipWhen(ObjectServer.Reason is not null, ObjectServer.Reason ?? "");
        Postgres = HasServicesOfItsOwn ? await PostgresServer.StartNewAsync() : await PostgresServer.CommonAsync();
        Storage = HasServicesOfItsOwn ? await ObjectServer.StartNewAsync() : await ObjectServer.CommonAsync();
        Database = await Postgres.TakeDatabaseAsync();
        Objects = await Storage.CreateBucketAsync();
        await using var database = new Databases.Database(Database, TimeProvider.System);
        Scope[] scopes = [new("admin", "*")];
        var made = Krait.Server.Access.Token.Create(
            [.. scopes],
            "test",
            DateTimeOffset.UtcNow,
            expires: null,
            out token
        );
        await new DatabaseTokens(database).AddAsync(made, Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        Http.Dispose();
        Upstream.Dispose();
        Folder.Dispose();
        if (HasServicesOfItsOwn)
        {
            Postgres?.Dispose();
            Storage?.Dispose();
        }
        else if (Database is not null)
        {
            Postgres.Return(Database);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a server of the fleet.</summary>
    private protected async Task<KraitServer> StartAsync(string name)
    {
        var server = await KraitServer.StartAsync(SettingsOf(name), TimeProvider.System, writeLog: null, Token);
        servers.Add(server);
        return server;
    }

    private protected Task<HttpResponseMessage> UploadAsync(KraitServer server, WheelBuilder wheel)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), ":action" },
            { new StringContent(wheel.Name), "name" },
        };
        form.Add(new ByteArrayContent(wheel.Build()), "content", wheel.FileName);
        return SendAsync(server, HttpMethod.Post, "/upload/", form);
    }

    private protected async Task<int> UploadStatusAsync(KraitServer server, WheelBuilder wheel)
    {
        using var response = await UploadAsync(server, wheel);
        return (int)response.StatusCode;
    }

    private protected Task<HttpResponseMessage> SendAsync(
        KraitServer server,
        HttpMethod method,
        string path,
        HttpContent? content = null
    )
    {
        var request = new HttpRequestMessage(method, server.Address + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Http.SendAsync(request, Token);
    }

    private protected async Task<int> StatusAsync(KraitServer server, string path)
    {
        using var response = await SendAsync(server, HttpMethod.Get, path);
        return (int)response.StatusCode;
    }

    private protected async Task<string> TextAsync(KraitServer server, string path)
    {
        using var response = await SendAsync(server, HttpMethod.Get, path);
        return await response.Content.ReadAsStringAsync(Token);
    }

    private protected Task<byte[]> BytesAsync(KraitServer server, string path) =>
        Http.GetByteArrayAsync(new Uri(server.Address + path), Token);

    private protected async Task<int> MetricAsync(KraitServer server, string name)
    {
        var lines = (await TextAsync(server, "/metrics")).Split('\n');
        return int.Parse(
            lines.Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    protected static async Task WaitForAsync(Func<Task<bool>> isTrue)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await isTrue())
                return;
            await Task.Delay(50, Token);
        }

        Assert.Fail("it did not happen");
    }

    private protected static string Path(WheelBuilder wheel, string space) =>
        $"/files/{space}/{wheel.Name.Replace('_', '-')}/{wheel.FileName}";
}
