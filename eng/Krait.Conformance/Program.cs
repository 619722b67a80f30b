using System.Text.Json;
using Krait.Conformance;

// One request per line in, one reply per line out: {"id", "op", "in"} and {"id", "out"} or {"id", "unsupported": true}.
var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
await using (output)
{
    using var input = new StreamReader(Console.OpenStandardInput());
    while (await input.ReadLineAsync() is { } line)
    {
        if (JsonNode.Parse(line) is not JsonObject request)
            continue;
        await output.WriteLineAsync(Replies.For(request).ToJsonString(JsonSerializerOptions.Default));
    }
}
