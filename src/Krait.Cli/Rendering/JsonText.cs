using System.Text;
using System.Text.Json;

namespace Krait.Cli.Rendering;

/// <summary>JSON that a command writes.</summary>
internal static class JsonText
{
    /// <summary>The text that a function writes.</summary>
    public static string Of(Action<Utf8JsonWriter> write, bool isIndented = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
