using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Krait.Server.Access;

/// <summary>A token as it is kept: its secret only as a digest.</summary>
internal sealed record Token
{
    private const string Prefix = "krt_";
    private const int IdLength = 12;
    private const int SecretLength = 64;

    /// <summary>What names it, also in logs.</summary>
    public required string Id { get; init; }

    /// <summary>The SHA-256 of its secret. The secret has 256 random bits, so that no slower function is needed.</summary>
    public required string Digest { get; init; }

    /// <summary>What it allows.</summary>
    public required ImmutableArray<Scope> Scopes { get; init; }

    /// <summary>What it is for.</summary>
    public string Note { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Makes a token.</summary>
    /// <param name="scopes">What it allows.</param>
    /// <param name="note">What it is for.</param>
    /// <param name="now">The time.</param>
    /// <param name="expires">When it ends.</param>
    /// <param name="text">What its owner presents; it is not kept anywhere.</param>
    public static Token Create(
        ImmutableArray<Scope> scopes,
        string note,
        DateTimeOffset now,
        DateTimeOffset? expires,
        out string text
    )
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength / 2));
        text = $"{Prefix}{id}_{secret}";
        return new Token
        {
            Id = id,
            Digest = DigestOf(secret),
            Scopes = scopes,
            Note = note,
            Created = now,
            Expires = expires,
        };
    }

    /// <summary>Takes what an owner presents apart.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? secret)
    {
        var isToken =
            text.Length == Prefix.Length + IdLength + 1 + SecretLength
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length + IdLength] == '_';
        id = isToken ? text.Substring(Prefix.Length, IdLength) : null;
        secret = isToken ? text[^SecretLength..] : null;
        return isToken;
    }

    /// <summary>The token that a client presents; null if it is unknown or has expired.</summary>
    public static Token? Find(ImmutableDictionary<string, Token> tokens, string text, DateTimeOffset now)
    {
        if (!TryRead(text, out var id, out var secret))
            return null;
        return tokens.TryGetValue(id, out var token) && token.IsProvedBy(secret) && !token.HasEnded(now) ? token : null;
    }

    /// <summary>Whether a secret is its own; takes as long for every wrong one.</summary>
    public bool IsProvedBy(string secret) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(DigestOf(secret)),
            Encoding.ASCII.GetBytes(Digest)
        );

    /// <summary>Whether it allows an action at a time.</summary>
    public bool Allows(string action, string space, DateTimeOffset now) =>
        !HasEnded(now) && Scopes.Any(scope => scope.Allows(action, space));

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded(DateTimeOffset now) => Expires <= now;

    private static string DigestOf(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
