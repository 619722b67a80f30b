using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Server.Settings;

/// <summary>A file of secrets, one a line: they are in no settings, which are shown and copied.</summary>
internal static class SecretFile
{
    /// <summary>Reads the lines that are not empty; there is at least one.</summary>
    /// <exception cref="KraitException">It cannot be read, or is empty.</exception>
    public static string[] Read(string path)
    {
        var error = PlainFile.TryRead(path, out var text);
        if (error != FileError.None)
            throw new FileSystemException("read", path, error);
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0
            ? lines
            : throw new KraitException(new Diagnostic("empty-secret", $"`{path}` is empty"))
            {
                Kind = FailureKind.UnusableInput,
            };
    }
}
