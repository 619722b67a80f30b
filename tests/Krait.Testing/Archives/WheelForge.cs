using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Krait.Testing.Archives;

/// <summary>Builds wheels of which any part can be wrong.</summary>
public sealed record WheelForge(string Name = "demo", string Version = "1.0")
{
    public IReadOnlyList<(string Path, string Content)> Files { get; init; } = [("demo/__init__.py", "x = 1\n")];
    public string? DistInfo { get; init; }
    public string? Metadata { get; init; }
    public string? Wheel { get; init; } =
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    public string? EntryPoints { get; init; }
    public bool HasMetadata { get; init; } = true;
    public bool HasRecord { get; init; } = true;
    public Func<IReadOnlyList<string>, IEnumerable<string>>? ChangeRecord { get; init; }
    public byte[]? RawRecord { get; init; }

    public string FileName => $"{Name}-{Version}-py3-none-any.whl";

    public byte[] Build()
    {
        var folder = DistInfo ?? $"{Name}-{Version}.dist-info";
        var files = new List<(string Path, string Content)>(Files);
        if (HasMetadata)
            files.Add(($"{folder}/METADATA", Metadata ?? $"Metadata-Version: 2.1\nName: {Name}\nVersion: {Version}\n"));
        if (Wheel is not null)
            files.Add(($"{folder}/WHEEL", Wheel));
        if (EntryPoints is not null)
            files.Add(($"{folder}/entry_points.txt", EntryPoints));
        var rows = files
            .Where(f => !f.Path.EndsWith('/'))
            .Select(f => Row(f.Path, Encoding.UTF8.GetBytes(f.Content)))
            .Append($"{folder}/RECORD,,")
            .ToList();
        var text = string.Join('\n', ChangeRecord?.Invoke(rows) ?? rows) + "\n";
        var entries = files.Select(f => ForgedEntry.Of(f.Path, f.Content)).ToList();
        if (HasRecord)
        {
            entries.Add(
                ForgedEntry.Of(Encoding.UTF8.GetBytes($"{folder}/RECORD"), RawRecord ?? Encoding.UTF8.GetBytes(text))
            );
        }

        return new ZipForge([.. entries]).Build();
    }

    public static string Row(string path, byte[] content)
    {
        var digest = Base64Url.EncodeToString(SHA256.HashData(content));
        var quoted = path.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{path.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : path;
        return $"{quoted},sha256={digest},{content.Length}";
    }
}
