using System.Collections.Immutable;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Layouts;

/// <summary>The `pyvenv.cfg` of a virtual environment (PEP 405): lines of `key = value`, keys without regard to case.</summary>
public sealed class VenvConfiguration
{
    /// <summary>The file's name, in the environment's folder.</summary>
    public const string FileName = "pyvenv.cfg";

    private const int LongestFile = 1 << 20;
    private readonly ImmutableDictionary<string, string> values;

    private VenvConfiguration(ImmutableDictionary<string, string> values) => this.values = values;

    /// <summary>The folder of the interpreter that the environment was made from.</summary>
    public string? Home => this["home"];

    /// <summary>The version of Krait that made the environment; null when something else did.</summary>
    public string? KraitVersion => this["krait"];

    /// <summary>The name of what made the environment, as far as the file tells.</summary>
    public string? Creator =>
        KraitVersion is not null ? "krait"
        : this["uv"] is not null ? "uv"
        : this["virtualenv"] is not null ? "virtualenv"
        : null;

    /// <summary>The Python version it was made with, in whichever of its spellings.</summary>
    public string? PythonVersion => this["version_info"] ?? this["version"];

    /// <summary>Whether it also sees what is installed with the base interpreter.</summary>
    public bool IncludesSystemPackages =>
        string.Equals(this["include-system-site-packages"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>What shells show while it is active.</summary>
    public string? Prompt => this["prompt"]?.Trim('\'', '"');

    /// <summary>Whether its programs find the interpreter relative to themselves.</summary>
    public bool IsRelocatable => string.Equals(this["relocatable"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a key; null without it.</summary>
    public string? this[string key] => values.GetValueOrDefault(key);

    /// <summary>Whether a folder has the file, which makes it a virtual environment.</summary>
    public static bool IsIn(string root) =>
        FileStatus.TryRead(Path.Join(root, FileName), followLinks: true, out var status) == Errno.None
        && status.Kind == FileKind.File;

    /// <summary>Reads an environment's file; null when there is none.</summary>
    /// <exception cref="FileSystemException">There may be one, but it cannot be read.</exception>
    public static VenvConfiguration? TryRead(string root)
    {
        var error = DirectoryHandle.TryOpen(root, out var folder);
        using (folder)
        {
            byte[] content = [];
            if (error == Errno.None && folder is not null)
                error = folder.TryReadFile(FileName, LongestFile, out content);
            return error switch
            {
                Errno.None => Parse(Encoding.UTF8.GetString(content)),
                Errno.NotFound or Errno.NotFolder or Errno.IsFolder => null,
                _ => throw new FileSystemException("read", Path.Join(root, FileName), error),
            };
        }
    }

    /// <summary>Reads the file's text; lines that say nothing are skipped, as Python does.</summary>
    public static VenvConfiguration Parse(string text)
    {
        var found = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var equals = line.IndexOf('=');
            if (equals > 0)
                found[line[..equals].Trim().ToString()] = line[(equals + 1)..].Trim().ToString();
        }

        return new VenvConfiguration(found.ToImmutable());
    }
}
