using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Server.Settings;
using Krait.Server.Storage;

namespace Krait.Server.Databases;

/// <summary>What servers share in a database, and the ear of one of them for what the others do.</summary>
internal sealed class SharedState : IAsyncDisposable
{
    private readonly Database database;
    private readonly ImmutableArray<DatabaseProjects> spaces;
    private readonly CancellationTokenSource ending = new();
    private readonly Task listening;

    private SharedState(Database database, ImmutableArray<DatabaseProjects> spaces, TimeProvider clock)
    {
        this.database = database;
        this.spaces = spaces;
        var tokens = new DatabaseTokens(database);
        var turns = new DatabaseTurns(database, clock);
        (Tokens, Turns, Memos) = (tokens, turns, new DatabaseMemos(database));
        listening = new ChangeListener(database, spaces, tokens, turns).RunAsync(ending.Token);
    }

    /// <summary>The tokens.</summary>
    public DatabaseTokens Tokens { get; }

    /// <summary>Whose turn it is.</summary>
    public DatabaseTurns Turns { get; }

    /// <summary>Answers that all servers know.</summary>
    public DatabaseMemos Memos { get; }

    /// <summary>Whether the database can be reached.</summary>
    public bool IsUp => database.IsUp;

    /// <summary>Opens the database. One that is away is waited for while the server runs.</summary>
    /// <exception cref="KraitException">Its tables are missing, or of another version.</exception>
    public static async Task<SharedState> OpenAsync(
        ServerSettings settings,
        StoreFolder folder,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var opened = new Database(settings.Database!, clock); // its caller has seen that there is one
        var projects = settings
            .Spaces.Select(space => new DatabaseProjects(opened, folder, space.Name, space.Upstream is null))
            .ToImmutableArray();
        try
        {
            await Schema.CheckAsync(opened, cancellationToken);
            foreach (var space in projects)
                await space.CatchUpAsync(cancellationToken);
        }
        catch (KraitException e) when (Database.IsAway(e))
        {
            // What is on this machine is served meanwhile.
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }

        return new SharedState(opened, projects, clock);
    }

    /// <summary>The projects of a namespace.</summary>
    public IProjectStore ProjectsOf(string space) =>
        spaces.First(known => string.Equals(known.Space, space, StringComparison.Ordinal));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await listening;
        ending.Dispose();
        await database.DisposeAsync();
    }
}
