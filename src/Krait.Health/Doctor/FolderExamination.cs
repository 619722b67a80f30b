using System.Text;
using Krait.Environments.Layouts;
using Krait.Health.Modules;
using Krait.Packaging.Metadata;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Health.Doctor;

/// <summary>Looks at a folder of packages as a whole: what belongs to two packages, to none, or is hidden.</summary>
/// <param name="environment">The environment.</param>
/// <param name="packages">What is installed in it.</param>
internal sealed class FolderExamination(PythonEnvironment environment, IReadOnlyList<InstalledPackage> packages)
{
    private readonly List<Damage> found = [];
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<Damage> Run()
    {
        foreach (var package in packages)
            Claim(package);
        string[] folders = [environment.Layout.SitePackages, environment.Layout.PlatformSitePackages];
        foreach (var folder in folders.Distinct(StringComparer.Ordinal))
            ExamineFolder(folder);
        if (environment.IsVirtual)
            ExamineScripts();
        return found;
    }

    /// <summary>Notes whose files are whose; one file of two packages is whoever was installed last's.</summary>
    private void Claim(InstalledPackage package)
    {
        var isReported = false;
        foreach (var listed in TopLevelModules.PathsOf(package))
        {
            if (listed.Contains('\0', StringComparison.Ordinal))
                continue;
            var path = Path.GetFullPath(listed, package.Distribution.Location);
            if (owners.TryAdd(path, package.Name.Value) || path.EndsWith(".pyc", StringComparison.Ordinal))
                continue;
            var other = owners[path];
            if (isReported || string.Equals(other, package.Name.Value, StringComparison.Ordinal))
                continue;
            isReported = true;
            Add(
                "shared-file",
                DamageSeverity.Warning,
                $"`{listed}` belongs to `{other}` and to `{package.Name}`",
                path,
                package.Name.Value
            );
        }
    }

    private void ExamineFolder(string folder)
    {
        var names = DirectoryHandle.ListAt(folder).Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names.Order(StringComparer.Ordinal))
            ExamineEntry(folder, name, names);
    }

    private void ExamineEntry(string folder, string name, HashSet<string> names)
    {
        var path = Path.Join(folder, name);
        if (name.StartsWith('~'))
        {
            Add(
                "pip-leftover",
                DamageSeverity.Warning,
                $"`{name}` is left from an uninstallation by pip that did not finish",
                path,
                repair: DamageRepair.Remove
            );
        }
        else if (name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal))
        {
            Add(
                "unfinished-file",
                DamageSeverity.Warning,
                $"`{name}` is left from a run that did not finish",
                path,
                repair: DamageRepair.Remove
            );
        }
        else if (name.EndsWith(".pth", StringComparison.Ordinal))
        {
            ExaminePth(folder, name, path);
        }
        else if (name.EndsWith(".dist-info", StringComparison.Ordinal))
        {
            ExamineNameless(name, path);
        }
        else if (name.EndsWith(".py", StringComparison.Ordinal))
        {
            ExamineModule(name[..^3], path, names);
        }
        else if (name.EndsWith(".so", StringComparison.Ordinal))
        {
            ExamineExtension(name, path);
        }
        else if (!name.Contains('.', StringComparison.Ordinal) && FolderTree.IsFolder(path))
        {
            ExaminePackageFolder(name, path);
        }
    }

    /// <summary>A description whose name says of what it is in no way that could be read.</summary>
    private void ExamineNameless(string name, string path)
    {
        var isKnown = packages.Any(package => string.Equals(package.Distribution.Path, path, StringComparison.Ordinal));
        if (!isKnown && !name[..^".dist-info".Length].Contains('-', StringComparison.Ordinal))
        {
            Add(
                "description-unnamed",
                DamageSeverity.Warning,
                $"`{name}` does not say which package it describes",
                path
            );
        }
    }

    private void ExamineModule(string module, string path, HashSet<string> names)
    {
        if (
            names.Contains(module)
            && FileStatus.Exists(Path.Join(Path.GetDirectoryName(path), module, "__init__.py"), followLinks: true)
        )
        {
            Add(
                "shadowed-by-package",
                DamageSeverity.Warning,
                $"the module `{module}.py` is hidden by the package `{module}`",
                path,
                owners.GetValueOrDefault(path)
            );
        }

        ExamineStandard(module, path);
        if (!owners.ContainsKey(path))
            Add("orphan-module", DamageSeverity.Note, $"`{module}.py` belongs to no package", path);
    }

    private void ExaminePackageFolder(string name, string path)
    {
        if (name is "__pycache__")
            return;
        ExamineStandard(name, path);
        var prefix = path + "/";
        if (owners.Keys.Any(file => file.StartsWith(prefix, StringComparison.Ordinal)))
            return;
        var isEmpty = IsEmptyTree(path);
        Add(
            isEmpty ? "empty-directory" : "orphan-package",
            isEmpty ? DamageSeverity.Note : DamageSeverity.Warning,
            isEmpty
                ? $"`{name}` is left empty by a package that was removed"
                : $"the directory `{name}` belongs to no package",
            path,
            repair: isEmpty ? DamageRepair.Remove : DamageRepair.None
        );
    }

    /// <summary>The standard library comes first on the path, and hides what has the name of one of its modules.</summary>
    private void ExamineStandard(string module, string path)
    {
        var library = environment.Interpreter.StandardLibrary;
        var isStandard =
            FileStatus.Exists(Path.Join(library, module + ".py"), followLinks: true)
            || FileStatus.Exists(Path.Join(library, module, "__init__.py"), followLinks: true);
        if (isStandard)
        {
            Add(
                "shadowed-by-standard-library",
                DamageSeverity.Warning,
                $"`{module}` is hidden by the module of that name in the standard library",
                path,
                owners.GetValueOrDefault(path) ?? owners.GetValueOrDefault(Path.Join(path, "__init__.py"))
            );
        }
    }

    /// <summary>An extension module whose name says another Python or platform than this one is never found.</summary>
    private void ExamineExtension(string name, string path)
    {
        var parts = name.Split('.');
        if (parts.Length < 3 || parts[^2] is "abi3" || environment.Interpreter.ExtensionSuffix is not { } suffix)
            return;
        if (!suffix.Contains(parts[^2], StringComparison.Ordinal))
        {
            Add(
                "extension-other-python",
                DamageSeverity.Error,
                $"`{name}` was built for another Python, and cannot be imported",
                path,
                owners.GetValueOrDefault(path)
            );
        }
    }

    private void ExaminePth(string folder, string name, string path)
    {
        if (PlainFile.TryRead(path, out var text) != FileError.None)
        {
            Add(
                "pth-unreadable",
                DamageSeverity.Warning,
                $"`{name}` cannot be read",
                path,
                owners.GetValueOrDefault(path)
            );
            return;
        }

        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#') || line.Contains('\0', StringComparison.Ordinal))
                continue;
            if (
                line.StartsWith("import ", StringComparison.Ordinal)
                || line.StartsWith("import\t", StringComparison.Ordinal)
            )
            {
                ExaminePthImport(folder, name, path, line);
            }
            else if (!FileStatus.Exists(Path.GetFullPath(line, folder), followLinks: true))
            {
                Add(
                    "pth-path-missing",
                    DamageSeverity.Warning,
                    $"`{name}` adds `{line}` to the path, which is gone",
                    path,
                    owners.GetValueOrDefault(path)
                );
            }
        }
    }

    private void ExaminePthImport(string folder, string name, string path, string line)
    {
        var module = line["import ".Length..].TrimStart().Split([';', ' ', ',', '.', '\t'])[0];
        if (!PythonIdentifier.IsIdentifier(module) || module is "sys" or "os" or "site" or "importlib" or "types")
            return;
        var library = environment.Interpreter.StandardLibrary;
        string[] places = [folder, library];
        var isThere = places.Any(place =>
            FileStatus.Exists(Path.Join(place, module + ".py"), followLinks: true)
            || FolderTree.IsFolder(Path.Join(place, module))
        );
        if (!isThere)
        {
            Add(
                "pth-import-missing",
                DamageSeverity.Warning,
                $"`{name}` imports `{module}` at each start, which is not there",
                path,
                owners.GetValueOrDefault(path)
            );
        }
    }

    /// <summary>Programs that start a module of this environment, and that no package lists.</summary>
    private void ExamineScripts()
    {
        var scripts = environment.Layout.Scripts;
        foreach (var entry in DirectoryHandle.ListAt(scripts).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = Path.Join(scripts, entry.Name);
            if (owners.ContainsKey(path) || entry.Kind != FileKind.File || ReservedPrograms.Contains(entry.Name))
                continue;
            var isPython =
                PlainFile.TryReadBytes(path, 1 << 16, out var content) == FileError.None
                && Encoding.UTF8.GetString(content).Split('\n')[0].Contains("python", StringComparison.Ordinal);
            if (isPython)
                Add("orphan-script", DamageSeverity.Note, $"the program `{entry.Name}` belongs to no package", path);
        }
    }

    private static bool IsEmptyTree(string path) => FolderTree.Measure(path).Files == 0;

    private void Add(
        string code,
        DamageSeverity severity,
        string message,
        string path,
        string? package = null,
        DamageRepair repair = DamageRepair.None
    ) =>
        found.Add(
            new Damage(code, severity, message)
            {
                Package = package,
                Path = path,
                Repair = repair,
            }
        );
}
