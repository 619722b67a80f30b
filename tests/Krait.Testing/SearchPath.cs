namespace Krait.Testing;

/// <summary>
/// The search path of this machine, with pyenv's interpreters themselves in place of its shims: a shim is a shell script that takes half a second
/// to find the interpreter, and every test with an empty cache would ask each of them.
/// </summary>
public static class SearchPath
{
    private const string Shims = "shims";

    /// <summary>The path, as in the variable `PATH`.</summary>
    public static string Value { get; } =
        string.Join(
            Path.PathSeparator,
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(Expand)
        );

    private static IEnumerable<string> Expand(string folder)
    {
        var root = Path.GetDirectoryName(folder);
        var versions = Path.Join(root, "versions");
        if (Path.GetFileName(folder) is not Shims || !Directory.Exists(versions))
            return [folder];
        var global = Path.Join(root, "version");
        var first = File.Exists(global) ? File.ReadAllLines(global) : [];
        return first
            .Concat(
                Directory
                    .GetDirectories(versions)
                    .Select(Path.GetFileName)
                    .OfType<string>()
                    .Order(StringComparer.Ordinal)
            )
            .Distinct(StringComparer.Ordinal)
            .Select(version => Path.Join(versions, version, "bin"))
            .Where(Directory.Exists);
    }
}
