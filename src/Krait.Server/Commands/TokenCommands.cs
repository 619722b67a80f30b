using System.Collections.Immutable;
using System.Globalization;
using Krait.Server.Access;
using Krait.Server.Databases;
using Krait.Server.Settings;
using Krait.Server.Storage;

namespace Krait.Server.Commands;

/// <summary>`krait-server token create|list|revoke`: also while the server runs, which notices.</summary>
internal static class TokenCommands
{
    public static async Task<int> RunAsync(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var read = Words.Read(words, ["--dir", "--config", "--scope", "--note", "--expires"], []);
        var settings = ServeCommand.SettingsOf(read, variables);
        if (settings.Database is { } shared)
        {
            await using var database = new Database(shared, TimeProvider.System);
            return await RunAsync(new DatabaseTokens(database), read, console, cancellationToken);
        }

        using var folder = StoreFolder.OpenForReading(settings.Folder);
        return await RunAsync(new TokenFile(folder), read, console, cancellationToken);
    }

    private static async Task<int> RunAsync(
        ITokenStore tokens,
        Words read,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var action = read.Positionals.Count > 0 ? read.Positionals[0] : null;
        switch (action)
        {
            case "create":
                read.Expect(1);
                console.WriteLine(await CreateAsync(tokens, read, cancellationToken));
                return 0;
            case "list":
                read.Expect(1);
                var known = await tokens.ReadAsync(cancellationToken);
                foreach (var token in known.Values.OrderBy(token => token.Created))
                    console.WriteLine(Describe(token));
                return 0;
            case "revoke":
                read.Expect(2);
                var id =
                    (read.Positionals.Count > 1 ? read.Positionals[1] : null)
                    ?? throw Words.Unusable("`token revoke` needs the ID of a token");
                if (!await tokens.RemoveAsync(id, cancellationToken))
                    throw Words.Unusable($"no such token: `{id}`", "List the tokens with `krait-server token list`");
                console.Say($"Revoked {id}");
                return 0;
            default:
                throw Words.Unusable("`token` needs `create`, `list` or `revoke`", "See `krait-server --help`");
        }
    }

    private static async Task<string> CreateAsync(ITokenStore tokens, Words read, CancellationToken cancellationToken)
    {
        var scopes = read.Values("--scope").Select(ParseScope).ToImmutableArray();
        if (scopes.IsEmpty)
            throw Words.Unusable("a token needs at least one `--scope`", "For example `--scope upload:team`");
        var now = TimeProvider.System.GetUtcNow();
        var expires = default(DateTimeOffset?);
        if (read.Value("--expires") is { } text)
        {
            expires = Quantities.TryTime(text, out var time)
                ? now + time
                : throw Words.Unusable($"`--expires` must be a time like `90 days`, not `{text}`");
        }

        var token = Token.Create(scopes, read.Value("--note") ?? "", now, expires, out var secret);
        await tokens.AddAsync(token, cancellationToken);
        return secret;
    }

    private static Scope ParseScope(string text)
    {
        var parts = text.Split(':', 2);
        return parts.Length == 2 && Scope.Actions.Contains(parts[0], StringComparer.Ordinal) && parts[1].Length > 0
            ? new Scope(parts[0], parts[1])
            : throw Words.Unusable($"`{text}` is not a scope", "Write `read:NAME`, `upload:NAME` or `admin:NAME`");
    }

    private static string Describe(Token token)
    {
        var end = token.Expires is { } expires
            ? string.Create(CultureInfo.InvariantCulture, $"until {expires:yyyy-MM-dd}")
            : "for ever";
        return $"{token.Id}  {string.Join(' ', token.Scopes)}  {end}  {token.Note}".TrimEnd();
    }
}
