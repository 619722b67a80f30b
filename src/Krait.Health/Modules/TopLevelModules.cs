using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Metadata;
using Krait.Projects.Inspection;

namespace Krait.Health.Modules;

/// <summary>
/// The modules that a distribution brings, by the names they are imported by: the shallowest ones, so that a part of a namespace package is
/// `google.cloud.storage` and not `google`.
/// </summary>
public static class TopLevelModules
{
    private static readonly string[] Extensions = [".so", ".pyd", ".dll"];

    /// <summary>What distributions carry along but nobody imports.</summary>
    private static readonly FrozenSet<string> Companions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "example",
        "examples",
        "sample",
        "samples",
        "benchmark",
        "benchmarks",
        "setup",
        "conftest",
        "scripts",
        "bin",
        "share",
        "tools"
    );

    /// <summary>The names that the distribution's modules are imported by, in the order of names.</summary>
    public static ImmutableArray<string> Of(InstalledPackage package)
    {
        var listed = Of(PathsOf(package));
        var names = listed.IsEmpty ? FromList(package) : listed;
        var useful = names.RemoveAll(name => Companions.Contains(name.Split('.')[0]));
        return useful.IsEmpty ? names : useful;
    }

    /// <summary>The names of all modules of a distribution, packages and what is in them; empty where RECORD lists none.</summary>
    public static ImmutableArray<string> AllOf(InstalledPackage package)
    {
        var names = PathsOf(package)
            .Select(Read)
            .OfType<string[]>()
            .Select(parts => string.Join('.', parts[^1] is "__init__" ? parts[..^1] : parts));
        return [.. names.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The names that files are imported by.</summary>
    /// <param name="paths">Paths below the folder of packages, with `/`.</param>
    public static ImmutableArray<string> Of(IEnumerable<string> paths)
    {
        var modules = new HashSet<string>(StringComparer.Ordinal);
        var packages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (Read(path) is not { } parts)
                continue;
            if (parts[^1] is "__init__")
                packages.Add(string.Join('.', parts[..^1]));
            else
                modules.Add(string.Join('.', parts));
        }

        packages.Remove("");
        var all = packages.Concat(modules).Where(name => !HasPackageAbove(name, packages));
        return [.. all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The paths that a RECORD lists; empty where there is none.</summary>
    public static IEnumerable<string> PathsOf(InstalledPackage package) =>
        RecordFile.TryParse(package.Distribution.ReadRecord(), out var rows, out _, out _)
            ? rows.Select(row => row.Path.Replace('\\', '/'))
            : [];

    /// <summary>The parts of a module's name; null for a file that is no module.</summary>
    private static string[]? Read(string path)
    {
        if (path.StartsWith('/') || path.StartsWith("..", StringComparison.Ordinal))
            return null;
        var parts = path.Split('/');
        var folders = parts[..^1];
        if (NameOf(parts[^1]) is not { } name || !Array.TrueForAll(folders, PythonIdentifier.IsDottedPath))
            return null;
        var isOwn = folders is ["__pycache__", ..] || name.StartsWith("__editable__", StringComparison.Ordinal);
        return isOwn || !PythonIdentifier.IsDottedPath(name) ? null : [.. folders, name];
    }

    private static string? NameOf(string file)
    {
        if (file.EndsWith(".py", StringComparison.Ordinal))
            return file[..^3];
        if (file.EndsWith(".pyc", StringComparison.Ordinal))
            return file[..^4];
        // `name.cpython-312-x86_64-linux-gnu.so`
        return Array.Exists(Extensions, end => file.EndsWith(end, StringComparison.Ordinal))
            ? file.Split('.')[0]
            : null;
    }

    private static bool HasPackageAbove(string name, HashSet<string> packages)
    {
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (packages.Contains(name[..dot]))
                return true;
        }

        return false;
    }

    /// <summary>What an older build backend wrote down; of an editable installation, RECORD has no modules.</summary>
    private static ImmutableArray<string> FromList(InstalledPackage package)
    {
        var text = Encoding.UTF8.GetString(package.Distribution.Read("top_level.txt"));
        return
        [
            .. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Replace('/', '.'))
                .Where(line => PythonIdentifier.IsDottedPath(line))
                .Order(StringComparer.Ordinal),
        ];
    }
}
