namespace Krait.Testing;

/// <summary>A fresh folder for one test, removed with everything in it at the end.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>The folder's absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("krait-test-").FullName;

    /// <summary>A path below the folder.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a text file, with its parent folders, and returns its path.</summary>
    public string Write(string relativePath, string text)
    {
        var path = At(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!); // never null below the folder
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
