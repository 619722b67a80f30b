using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Platform.Files;

namespace Krait.Health.Doctor;

/// <summary>
/// Looks at the files that make a folder an environment, without starting its interpreter, which may not work.
/// </summary>
/// <param name="root">The environment's folder.</param>
public sealed class EnvironmentExamination(string root)
{
    private const string Scripts = "bin";

    private static readonly string[] ActivationScripts =
    [
        "activate",
        "activate.csh",
        "activate.fish",
        "activate.nu",
        "activate.ps1",
        "activate.xsh",
        "activate_this.py",
    ];

    private readonly List<Damage> found = [];

    /// <summary>Whether a folder has what only environments have, although something may be missing.</summary>
    public static bool LooksLikeOne(string folder) =>
        FileStatus.Exists(Path.Join(folder, VenvConfiguration.FileName), followLinks: false)
        || (
            FileStatus.Exists(Path.Join(folder, Scripts, "activate"), followLinks: false)
            && FolderTree.IsFolder(Path.Join(folder, "lib"))
        );

    /// <summary>What is wrong with the folder.</summary>
    public IReadOnlyList<Damage> Run()
    {
        var configuration = ExamineConfiguration();
        ExamineInterpreter();
        ExamineAliases();
        ExamineActivation(configuration);
        ExamineFolders(configuration);
        return found;
    }

    private VenvConfiguration? ExamineConfiguration()
    {
        var path = Path.Join(root, VenvConfiguration.FileName);
        VenvConfiguration? configuration;
        try
        {
            configuration = VenvConfiguration.TryRead(root);
        }
        catch (FileSystemException failure)
        {
            Add("config-unreadable", $"`{VenvConfiguration.FileName}` cannot be read: {failure.Error}", path);
            return null;
        }

        if (configuration is null)
        {
            Add(
                "config-missing",
                $"`{VenvConfiguration.FileName}` is missing, so Python does not see an environment here",
                path
            );
            return null;
        }

        if (configuration.Home is not { Length: > 0 } home)
            Add("config-without-home", $"`{VenvConfiguration.FileName}` does not say where the interpreter is", path);
        else if (!FolderTree.IsFolder(home))
            Add("home-missing", $"the interpreter's directory `{home}` is gone", home);
        if (configuration.PythonVersion is null)
        {
            Add(
                "config-without-version",
                $"`{VenvConfiguration.FileName}` does not say which Python it was made for",
                path,
                DamageSeverity.Warning
            );
        }

        return configuration;
    }

    private void ExamineInterpreter()
    {
        var path = Path.Join(root, Scripts, "python");
        if (FileStatus.TryRead(path, followLinks: false, out var status) != FileError.None)
        {
            Add("interpreter-missing", "the environment has no `bin/python`", path);
            return;
        }

        switch (FileStatus.TryRead(path, followLinks: true, out var target))
        {
            case FileError.None when target.Kind == FileKind.Folder:
                Add("interpreter-is-directory", "`bin/python` is a directory", path, repair: DamageRepair.None);
                break;
            case FileError.None when !target.IsExecutable:
                Add("interpreter-not-executable", "`bin/python` may not be executed", path, repair: DamageRepair.None);
                break;
            case FileError.None when target.Size == 0:
                Add("interpreter-empty", "`bin/python` is an empty file", path);
                break;
            case FileError.None:
                break;
            case FileError.Loop:
                Add("interpreter-link-loop", "`bin/python` is a link that leads to itself", path);
                break;
            default:
                var where = status.Kind == FileKind.SymbolicLink ? SymbolicLinks.Read(path) : null;
                Add("interpreter-link-broken", $"`bin/python` leads to `{where}`, which is gone", path);
                break;
        }
    }

    private void ExamineAliases()
    {
        var main = Path.Join(root, Scripts, "python");
        if (FileStatus.TryRead(main, followLinks: true, out var program) != FileError.None)
            return;
        var path = Path.Join(root, Scripts, "python3");
        if (FileStatus.TryRead(path, followLinks: true, out var other) != FileError.None)
            Add("interpreter-alias-missing", "the environment has no working `bin/python3`", path);
        else if (!other.IsSameFileAs(program) && SymbolicLinks.Read(path) is not null)
            Add("interpreter-alias-elsewhere", "`bin/python3` is another interpreter than `bin/python`", path);
    }

    private void ExamineActivation(VenvConfiguration? configuration)
    {
        // Other tools write fewer scripts.
        var isOwn = configuration?.KraitVersion is not null;
        foreach (var name in isOwn ? ActivationScripts : ["activate"])
        {
            var path = Path.Join(root, Scripts, name);
            if (!FileStatus.Exists(path, followLinks: false))
                Add("activation-script-missing", $"`bin/{name}` is missing", path, DamageSeverity.Warning);
        }

        if (configuration is { IsRelocatable: true } || VenvPlaces.RecordedIn(root) is not { } recorded)
            return;
        if (!VenvPlaces.AreSame(recorded, root))
        {
            Add(
                "environment-moved",
                $"the environment was made at `{recorded}` and is now at `{root}`",
                Path.Join(root, Scripts, "activate")
            );
        }
    }

    private void ExamineFolders(VenvConfiguration? configuration)
    {
        var link = Path.Join(root, "lib64");
        if (FileStatus.Exists(link, followLinks: false) && !FileStatus.Exists(link, followLinks: true))
        {
            Add("lib64-broken", "`lib64` is a link that leads nowhere", link, DamageSeverity.Warning);
        }

        if (configuration is not null && SitePackages().Count == 0)
            Add("site-packages-missing", "the environment has no directory for packages", Path.Join(root, "lib"));
        foreach (
            var name in NamesIn(root)
                .Where(name => name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal))
        )
        {
            Add(
                "unfinished-file",
                $"`{name}` is left from a run that did not finish",
                Path.Join(root, name),
                DamageSeverity.Warning,
                DamageRepair.Remove
            );
        }

        if (FileStatus.Exists(Path.Join(root, ".krait-unfinished"), followLinks: false))
        {
            Add(
                "unfinished-environment",
                "the environment was being replaced, and that did not finish",
                Path.Join(root, ".krait-unfinished")
            );
        }

        if (FileStatus.Exists(Path.Join(root, ".krait-stage"), followLinks: false))
        {
            Add(
                "unfinished-change",
                "a change of the environment did not finish; the next one completes or undoes it",
                Path.Join(root, ".krait-stage"),
                DamageSeverity.Warning
            );
        }
    }

    /// <summary>The folders of packages, of whatever Python.</summary>
    internal IReadOnlyList<string> SitePackages() =>
        [
            .. NamesIn(Path.Join(root, "lib"))
                .Where(name =>
                    name.StartsWith("python", StringComparison.Ordinal)
                    || name.StartsWith("pypy", StringComparison.Ordinal)
                )
                .Select(name => Path.Join(root, "lib", name, "site-packages"))
                .Where(FolderTree.IsFolder),
        ];

    private static IEnumerable<string> NamesIn(string folder) =>
        DirectoryHandle.ListAt(folder).Select(entry => entry.Name).Order(StringComparer.Ordinal);

    private void Add(
        string code,
        string message,
        string path,
        DamageSeverity severity = DamageSeverity.Error,
        DamageRepair repair = DamageRepair.Environment
    ) => found.Add(new Damage(code, severity, message) { Path = path, Repair = repair });
}
