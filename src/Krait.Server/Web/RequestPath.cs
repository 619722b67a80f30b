using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Krait.Server.Web;

/// <summary>
/// The path of a request, cut at its slashes and then decoded once. Whatever could mean two things (an escaped slash, dots, an empty
/// part, a control character) has no meaning here.
/// </summary>
/// <param name="Parts">The parts, without the empty one after a final slash.</param>
/// <param name="EndsWithSlash">Whether a slash is at the end.</param>
internal sealed record RequestPath(ImmutableArray<string> Parts, bool EndsWithSlash)
{
    private const int LongestTarget = 4096;

    /// <summary>Reads the target of a request as it came over the wire.</summary>
    public static bool TryParse(string target, [NotNullWhen(true)] out RequestPath? path)
    {
        path = null;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var text = query < 0 ? target : target[..query];
        if (text.Length is 0 or > LongestTarget || text[0] != '/' || text.Contains('#', StringComparison.Ordinal))
            return false;
        var endsWithSlash = text[^1] == '/';
        var inner = text.Trim('/');
        if (inner.Length + (endsWithSlash && text.Length > 1 ? 2 : 1) != text.Length)
            return false;
        if (inner.Length == 0)
        {
            path = new RequestPath([], EndsWithSlash: true);
            return true;
        }

        var parts = ImmutableArray.CreateBuilder<string>();
        foreach (var part in inner.Split('/'))
        {
            if (Decode(part) is not { } decoded)
                return false;
            parts.Add(decoded);
        }

        path = new RequestPath(parts.ToImmutable(), endsWithSlash);
        return true;
    }

    private static string? Decode(string part)
    {
        var bytes = new List<byte>(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            var c = part[i];
            if (c is <= ' ' or >= '\u007f' or '\\' or '"' or '<' or '>')
                return null;
            if (c != '%')
            {
                bytes.Add((byte)c);
                continue;
            }

            if (i + 2 >= part.Length || !char.IsAsciiHexDigit(part[i + 1]) || !char.IsAsciiHexDigit(part[i + 2]))
                return null;
            bytes.Add(Convert.FromHexString(part.AsSpan(i + 1, 2))[0]);
            i += 2;
        }

        // Nothing that is named here needs more than printable ASCII.
        if (bytes.Count == 0 || bytes.Exists(b => b is <= 0x20 or >= 0x7f or (byte)'/' or (byte)'\\' or (byte)'%'))
            return null;
        var text = Encoding.ASCII.GetString([.. bytes]);
        return text is "." or ".." ? null : text;
    }
}
