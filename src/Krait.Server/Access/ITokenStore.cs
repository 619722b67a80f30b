using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Server.Access;

/// <summary>The tokens of a server, or of several that share them.</summary>
internal interface ITokenStore
{
    /// <summary>All tokens by their names.</summary>
    /// <exception cref="KraitException">They cannot be read.</exception>
    public ValueTask<ImmutableDictionary<string, Token>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The token that a client presents; null if it is unknown or has expired.</summary>
    /// <exception cref="KraitException">That cannot be found out.</exception>
    public ValueTask<Token?> FindAsync(string text, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Adds a token.</summary>
    public ValueTask AddAsync(Token token, CancellationToken cancellationToken);

    /// <summary>Ends a token.</summary>
    /// <returns>Whether there was one of that name.</returns>
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken);
}
