using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>A line of JSON for every request. What could hold a secret is not in it: no query, no header but the name of the client's program.</summary>
internal sealed class AccessLog(Action<string> write, TimeProvider clock)
{
    private const int LongestText = 200;

    /// <summary>Writes the line of a request that was answered.</summary>
    public void Write(HttpContext context, TimeSpan time, Diagnostic? problem)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("client", context.Connection.RemoteIpAddress?.ToString());
            json.WriteString("method", Cut(context.Request.Method));
            json.WriteString("path", Cut(context.Request.Path.Value ?? ""));
            json.WriteNumber("status", context.Response.StatusCode);
            json.WriteNumber("ms", Math.Round(time.TotalMilliseconds, 1));
            json.WriteString("agent", Cut(context.Request.Headers.UserAgent.ToString()));
            if (context.Items[nameof(Token)] is string token)
                json.WriteString("token", token);
            if (problem is not null)
                json.WriteString("problem", Cut(problem.Code + ": " + problem.Message));
            json.WriteEndObject();
        }

        write(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
