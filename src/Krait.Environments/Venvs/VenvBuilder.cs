using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Venvs;

/// <summary>
/// Makes virtual environments (PEP 405). The folder is filled beside its place and moved there in one rename, so that a half-made
/// environment is never seen; an environment that is replaced is gone only when its successor stands.
/// </summary>
public static class VenvBuilder
{
    /// <summary>The file that makes a folder a virtual environment.</summary>
    public const string ConfigurationName = "pyvenv.cfg";

    /// <summary>The key in <see cref="ConfigurationName"/> by which krait knows its own environments.</summary>
    public const string CreatorKey = "krait";

    /// <summary>Makes the environment.</summary>
    /// <exception cref="KraitException">Its folder is taken (exit code 2) or cannot be written.</exception>
    public static void Create(VenvRequest request)
    {
        request = request with { Path = Path.TrimEndingDirectorySeparator(request.Path) };
        var path = ResolveLink(request.Path);
        var state = StateOf(path);
        Check(request, state);
        if (request.Existing == ExistingFolder.Keep && state is (FolderState.Environment or FolderState.Other))
        {
            Fill(request, path);
            return;
        }
        var parent = Path.GetDirectoryName(path) ?? "/";
        FolderTree.Create(parent);
        var staging = Path.Join(parent, AtomicFile.TemporaryName());
        try
        {
            Fill(request, staging);
            Publish(parent, Path.GetFileName(staging), Path.GetFileName(path), state);
        }
        finally
        {
            FolderTree.Remove(staging);
        }
    }

    private enum FolderState
    {
        Missing,
        Empty,
        Environment,
        Other,
        NoFolder,
    }

    /// <summary>A link in place of the folder stays, and its target becomes the environment.</summary>
    private static string ResolveLink(string path) => SymbolicLinks.FindTarget(path) ?? path;

    private static FolderState StateOf(string path)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != Errno.None)
            return FolderState.Missing;
        if (status.Kind != FileKind.Folder)
            return FolderState.NoFolder;
        using var folder = DirectoryHandle.Open(path);
        if (folder.TryStatus(ConfigurationName, out _) == Errno.None)
            return FolderState.Environment;
        return folder.List().Count == 0 ? FolderState.Empty : FolderState.Other;
    }

    private static void Check(VenvRequest request, FolderState state)
    {
        var (message, hint) = (state, request.Existing) switch
        {
            (FolderState.NoFolder, _) => (
                $"`{request.Path}` is a file, not a folder",
                "Choose another path for the environment"
            ),
            (FolderState.Environment, ExistingFolder.Refuse) => (
                $"there is a virtual environment at `{request.Path}` already",
                "Replace it with `--clear`, or keep what is in it with `--allow-existing`"
            ),
            (FolderState.Other, ExistingFolder.Refuse) => (
                $"the folder `{request.Path}` has files in it and is no virtual environment",
                "Choose another path, or write into the folder with `--allow-existing`"
            ),
            (FolderState.Other, ExistingFolder.Clear) => (
                $"the folder `{request.Path}` is no virtual environment, so `--clear` does not remove what is in it",
                "Choose another path, or remove everything in the folder with `--clear --force`"
            ),
            _ => (null, null),
        };
        if (message is not null)
            throw new KraitException(new Diagnostic("venv-exists", message) { Hints = [hint!] }) { ExitCode = 2 }; // set together
    }

    /// <summary>Moves the finished folder into its place, and what stood there out of it.</summary>
    private static void Publish(string parent, string staging, string name, FolderState state)
    {
        using var folder = DirectoryHandle.Open(parent);
        var target = Path.Join(parent, name);
        if (state is FolderState.Missing or FolderState.Empty)
        {
            if (state == FolderState.Empty)
                Expect(folder.TryRemoveFolder(name), "replace", target);
            Expect(folder.TryRename(staging, folder, name, replace: false), "create", target);
            return;
        }
        var aside = AtomicFile.TemporaryName();
        Expect(folder.TryRename(name, folder, aside, replace: false), "replace", target);
        var moved = folder.TryRename(staging, folder, name, replace: false);
        if (moved != Errno.None)
            _ = folder.TryRename(aside, folder, name, replace: false);
        Expect(moved, "replace", target);
        FolderTree.Remove(Path.Join(parent, aside));
    }

    /// <summary>Writes the environment's files below a folder, replacing those that are there.</summary>
    private static void Fill(VenvRequest request, string root)
    {
        var scripts = Path.Join(root, request.Scripts);
        FolderTree.Create(Path.Join(root, request.SitePackages));
        FolderTree.Create(scripts);
        using var top = DirectoryHandle.Open(root);
        using var bin = DirectoryHandle.Open(scripts);
        if (request.HasLib64)
            Link(top, "lib", "lib64");
        LinkInterpreters(bin, request);
        foreach (var (name, text) in ActivationScripts.For(request))
            Write(bin, name, text);
        Write(top, "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
        Write(top, ".gitignore", "*\n");
        // Last: a folder without it is no environment.
        Write(top, ConfigurationName, Configuration(request));
    }

    private static void LinkInterpreters(DirectoryHandle bin, VenvRequest request)
    {
        var parts = request.PythonFullVersion.Split('.');
        Link(bin, request.BaseExecutable, "python");
        Link(bin, "python", "python3");
        Link(bin, "python", $"python{parts[0]}.{parts[1]}");
        if (!string.Equals(request.Implementation, "PyPy", StringComparison.Ordinal))
            return;
        Link(bin, "python", "pypy3");
        Link(bin, "python", $"pypy{parts[0]}.{parts[1]}");
    }

    private static string Configuration(VenvRequest request)
    {
        var text = new StringBuilder();
        text.Append("home = ").Append(Path.GetDirectoryName(request.BaseExecutable)).Append('\n');
        text.Append("implementation = ").Append(request.Implementation).Append('\n');
        text.Append("version_info = ").Append(request.PythonFullVersion).Append('\n');
        text.Append("include-system-site-packages = ")
            .Append(request.IncludesSystemSitePackages ? "true" : "false")
            .Append('\n');
        if (request.Prompt is not null)
            text.Append("prompt = ").Append(request.ShownPrompt).Append('\n');
        if (request.IsRelocatable)
            text.Append("relocatable = true\n");
        text.Append(CreatorKey).Append(" = ").Append(request.KraitVersion).Append('\n');
        return text.ToString();
    }

    private static void Link(DirectoryHandle folder, string target, string name)
    {
        _ = folder.TryRemove(name);
        Expect(folder.TryCreateSymbolicLink(target, name), "create", Path.Join(folder.Path, name));
    }

    private static void Write(DirectoryHandle folder, string name, string text)
    {
        _ = folder.TryRemove(name);
        Expect(folder.TryCreateFile(name, out var file), "create", Path.Join(folder.Path, name));
        using (file)
            RandomAccess.Write(file!, Encoding.UTF8.GetBytes(text), 0); // not null without an error
    }

    private static void Expect(Errno error, string action, string path)
    {
        if (error != Errno.None)
            throw new FileSystemException(action, path, error);
    }
}
