using System.Globalization;
using System.Text.Json;
using Krait.Packaging.Toml;

// The decoder protocol of toml-test: TOML on standard input, tagged JSON on standard output, exit code 1 for an invalid document.
using var input = Console.OpenStandardInput();
using var body = new MemoryStream();
input.CopyTo(body);
if (!TomlDocument.TryParse(body.ToArray(), out var document, out var errors))
{
    foreach (var error in errors)
        Console.Error.WriteLine($"line {error.Line}: {error.Message}");
    return 1;
}

using var output = Console.OpenStandardOutput();
using var json = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = 2000 });
Write(json, document.Root);
return 0;

static void Write(Utf8JsonWriter json, TomlValue value)
{
    switch (value)
    {
        case TomlTable table:
            json.WriteStartObject();
            foreach (var entry in table.Entries)
            {
                json.WritePropertyName(entry.Key);
                Write(json, entry.Value);
            }

            json.WriteEndObject();
            break;
        case TomlArray array:
            json.WriteStartArray();
            foreach (var item in array.Items)
                Write(json, item);
            json.WriteEndArray();
            break;
        case TomlString text:
            Tag(json, "string", text.Value);
            break;
        case TomlInteger integer:
            Tag(json, "integer", integer.Value.ToString(CultureInfo.InvariantCulture));
            break;
        case TomlFloat number:
            Tag(json, "float", TomlFormat.FormatFloat(number.Value));
            break;
        case TomlBoolean boolean:
            Tag(json, "bool", boolean.Value ? "true" : "false");
            break;
        case TomlDateTime time:
            Tag(json, KindOf(time), time.Text);
            break;
    }
}

static string KindOf(TomlDateTime time) =>
    time.Kind switch
    {
        TomlKind.OffsetDateTime => "datetime",
        TomlKind.LocalDateTime => "datetime-local",
        TomlKind.LocalDate => "date-local",
        _ => "time-local",
    };

static void Tag(Utf8JsonWriter json, string type, string value)
{
    json.WriteStartObject();
    json.WriteString("type", type);
    json.WriteString("value", value);
    json.WriteEndObject();
}
