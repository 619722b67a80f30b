using System.Text;
using Krait.Packaging.Text;
using Krait.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>Who may do what: reads the token that a client presents, as a Basic password or as Bearer, and asks it.</summary>
internal sealed class Gatekeeper(ITokenStore tokens, TimeProvider clock)
{
    private const int LongestHeader = 1024;

    /// <summary>The answer to a client.</summary>
    internal enum Verdict
    {
        /// <summary>It may.</summary>
        Granted,

        /// <summary>It has to say who it is, or what it said is not true.</summary>
        Unknown,

        /// <summary>It is known, and may not.</summary>
        Refused,
    }

    /// <summary>Whether a client may do something in a namespace or view.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="action">`read`, `upload` or `admin`.</param>
    /// <param name="place">The namespace or view.</param>
    public async ValueTask<Verdict> AskAsync(HttpContext context, string action, string place)
    {
        var now = clock.GetUtcNow();
        if (Presented(context) is not { } text)
            return Verdict.Unknown;
        if (await tokens.FindAsync(text, now, context.RequestAborted) is not { } token)
            return Verdict.Unknown;
        context.Items[nameof(Token)] = token.Id;
        return token.Allows(action, place, now) ? Verdict.Granted : Verdict.Refused;
    }

    /// <summary>Asks who the client is.</summary>
    public static Task ChallengeAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"krait\", charset=\"UTF-8\"";
        return Answers.ProblemAsync(
            context,
            StatusCodes.Status401Unauthorized,
            new Diagnostic("token-needed", "a valid token is required")
            {
                Hints = ["Use `__token__` as user name and the token as password"],
            }
        );
    }

    private static string? Presented(HttpContext context)
    {
        var headers = context.Request.Headers.Authorization;
        // Two could mean two clients; neither is believed.
        if (headers.Count != 1 || headers[0] is not { Length: <= LongestHeader } header)
            return null;
        const string Bearer = "Bearer ";
        const string Basic = "Basic ";
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header[Bearer.Length..].Trim();
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> decoded = stackalloc byte[LongestHeader];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), decoded, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(decoded[..length]);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
