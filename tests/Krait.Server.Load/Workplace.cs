namespace Krait.Server.Load;

/// <summary>A temporary directory of a measurement.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("krait-load-").FullName;

    /// <summary>A path in it.</summary>
    public string At(params ReadOnlySpan<string> parts) => Path.Join([path, .. parts]);

    /// <summary>Writes a text into it.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(path, recursive: true);
}
