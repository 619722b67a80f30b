using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Http;
using Krait.Server.Policy;

namespace Krait.Server.Settings;

/// <summary>Everything that a server is told at its start.</summary>
internal sealed record ServerSettings
{
    /// <summary>The port that is used where none is named.</summary>
    public const int UsualPort = 8411;

    /// <summary>The address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 lets the system choose one.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>Where everything is kept.</summary>
    public required string Folder { get; init; }

    /// <summary>The namespaces.</summary>
    public ImmutableArray<SpaceSettings> Spaces { get; init; } = [];

    /// <summary>The views; the first is the one of `/simple/`.</summary>
    public ImmutableArray<ViewSettings> Views { get; init; } = [];

    /// <summary>The bundle whose files the first namespace offers; null for none.</summary>
    public string? Bundle { get; init; }

    /// <summary>The database that is shared with other servers; null where everything is kept in the directory.</summary>
    public DatabaseSettings? Database { get; init; }

    /// <summary>The object storage that is shared with other servers; null where files are kept in the directory.</summary>
    public ObjectSettings? Objects { get; init; }

    /// <summary>Hosts in private networks that pages of upstreams may lead to, with their ports.</summary>
    public ImmutableArray<(string Host, int Port)> PrivateHosts { get; init; } = [];

    /// <summary>How upstreams are asked.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>How long a client waits for news of an upstream where an older answer is at hand.</summary>
    public TimeSpan SoftDeadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a page of an upstream is used without asking, at most.</summary>
    public TimeSpan LongestFreshness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a page of an upstream is used without asking, at least.</summary>
    public TimeSpan ShortestFreshness { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest file that is taken.</summary>
    public long LargestUpload { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How many requests a second one client may send; 0 for any number.</summary>
    public int RequestsPerSecond { get; init; }

    /// <summary>Whether every request is written to standard output.</summary>
    public bool WritesAccessLog { get; init; }

    /// <summary>Settings for an index of the files of a bundle.</summary>
    public static ServerSettings ForBundle(string path) =>
        new()
        {
            Folder = "",
            Bundle = path,
            Spaces = [new SpaceSettings("bundle")],
            Views = [new ViewSettings("default", ["bundle"])],
        };

    /// <summary>Settings for these upstreams and nothing else: what `krait serve` does without a file.</summary>
    public static ServerSettings ForUpstreams(string folder, IEnumerable<SafeUrl> upstreams)
    {
        var spaces = upstreams
            .Select((url, i) => new SpaceSettings(i == 0 ? "public" : $"public-{i + 1}") { Upstream = url })
            .ToImmutableArray();
        return new ServerSettings
        {
            Folder = folder,
            Spaces = spaces,
            Views = [new ViewSettings("default", [.. spaces.Select(space => space.Name)])],
        };
    }
}

/// <summary>A namespace.</summary>
/// <param name="Name">Its name.</param>
internal sealed record SpaceSettings(string Name)
{
    /// <summary>The index that it stands in for; null for one that takes uploads.</summary>
    public SafeUrl? Upstream { get; init; }

    /// <summary>Patterns of names that are its own before anything was uploaded under them.</summary>
    public ImmutableArray<string> ReservedNames { get; init; } = [];
}

/// <summary>A view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">The names of its namespaces, in order.</param>
internal sealed record ViewSettings(string Name, ImmutableArray<string> Members)
{
    /// <summary>How long clients may use a page without asking.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether anyone may read it; otherwise a token is needed.</summary>
    public bool IsPublic { get; init; } = true;

    /// <summary>What it lets through.</summary>
    public FilePolicy Policy { get; init; } = FilePolicy.Usual;
}
