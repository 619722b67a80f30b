using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Krait.Testing;

/// <summary>Makes a wheel in memory.</summary>
public sealed class WheelBuilder(string name, string version)
{
    private readonly List<(string Path, byte[] Content, bool IsExecutable)> files = [];
    private readonly List<string> metadata = [];
    private byte[]? built;

    /// <summary>The name as written.</summary>
    public string Name => name;

    /// <summary>The version as written.</summary>
    public string Version => version;

    /// <summary>The wheel's tags, as in its file name.</summary>
    public string Tags { get; init; } = "py3-none-any";

    /// <summary>The Python versions it is for.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>The text below the headers of METADATA.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether entries are stored without compression.</summary>
    public bool IsStored { get; init; }

    /// <summary>The name part of its file name and folders.</summary>
    public string Distribution => name.Replace('-', '_').Replace('.', '_');

    /// <summary>The name of its metadata folder.</summary>
    public string DistInfo => $"{Distribution}-{version}.dist-info";

    /// <summary>Its file name.</summary>
    public string FileName => $"{Distribution}-{version}-{Tags}.whl";

    /// <summary>The content of METADATA.</summary>
    public byte[] Metadata
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
            if (RequiresPython is not null)
                text.Append(CultureInfo.InvariantCulture, $"Requires-Python: {RequiresPython}\n");
            foreach (var line in metadata)
                text.Append(line).Append('\n');
            return Encoding.UTF8.GetBytes(text.Append('\n').Append(Description).ToString());
        }
    }

    /// <summary>Adds dependencies.</summary>
    public WheelBuilder Requires(params ReadOnlySpan<string> requirements)
    {
        foreach (var requirement in requirements)
            metadata.Add("Requires-Dist: " + requirement);
        return this;
    }

    /// <summary>Adds an extra with its dependencies.</summary>
    public WheelBuilder Extra(string extra, params ReadOnlySpan<string> requirements)
    {
        metadata.Add("Provides-Extra: " + extra);
        foreach (var requirement in requirements)
            metadata.Add($"Requires-Dist: {requirement}; extra == '{extra}'");
        return this;
    }

    /// <summary>Adds a line to METADATA.</summary>
    public WheelBuilder Header(string line)
    {
        metadata.Add(line);
        return this;
    }

    /// <summary>Adds a file.</summary>
    public WheelBuilder File(string path, string content = "", bool isExecutable = false) =>
        File(path, Encoding.UTF8.GetBytes(content), isExecutable);

    /// <summary>Adds a file.</summary>
    public WheelBuilder File(string path, byte[] content, bool isExecutable = false)
    {
        files.Add((path, content, isExecutable));
        return this;
    }

    /// <summary>Adds entry points of one group.</summary>
    public WheelBuilder EntryPoints(string group, params ReadOnlySpan<string> lines) =>
        File($"{DistInfo}/entry_points.txt", $"[{group}]\n{string.Join('\n', lines)}\n");

    /// <summary>The finished wheel; what is added later does not change it.</summary>
    public byte[] Build()
    {
        if (built is not null)
            return built;
        var all = new List<(string Path, byte[] Content, bool IsExecutable)>(this.files);
        if (this.files.Count == 0)
            all.Add(($"{Distribution}/__init__.py", "# empty\n"u8.ToArray(), false));
        all.Add(($"{DistInfo}/METADATA", Metadata, false));
        var wheel = $"Wheel-Version: 1.0\nGenerator: krait-tests\nRoot-Is-Purelib: true\nTag: {Tags}\n";
        all.Add(($"{DistInfo}/WHEEL", Encoding.UTF8.GetBytes(wheel), false));
        var record = new StringBuilder();
        foreach (var (path, content, _) in all)
        {
            var digest = Convert
                .ToBase64String(SHA256.HashData(content))
                .TrimEnd('=')
                .Replace('+', '-')
                .Replace('/', '_');
            record.Append(CultureInfo.InvariantCulture, $"{path},sha256={digest},{content.Length}\n");
        }

        record.Append(CultureInfo.InvariantCulture, $"{DistInfo}/RECORD,,\n");
        all.Add(($"{DistInfo}/RECORD", Encoding.UTF8.GetBytes(record.ToString()), false));
        return built = Pack(all);
    }

    private byte[] Pack(List<(string Path, byte[] Content, bool IsExecutable)> files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content, isExecutable) in files)
            {
                var entry = zip.CreateEntry(path, IsStored ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
                entry.ExternalAttributes = (isExecutable ? 0x81ed : 0x81a4) << 16;
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }
}
