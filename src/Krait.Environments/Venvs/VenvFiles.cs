using System.Text;
using Krait.Environments.Layouts;
using Krait.Platform.Files;

namespace Krait.Environments.Venvs;

/// <summary>The files of a virtual environment (PEP 405): links to the interpreter, scripts for shells, and `pyvenv.cfg`.</summary>
internal static class VenvFiles
{
    /// <summary>Writes the environment's files below a folder, replacing those that are there.</summary>
    public static void Fill(VenvRequest request, string root)
    {
        var scripts = Path.Join(root, request.Scripts);
        FolderTree.Create(Path.Join(root, request.SitePackages));
        FolderTree.Create(scripts);
        using var top = DirectoryHandle.Open(root);
        using var bin = DirectoryHandle.Open(scripts);
        // A real folder of that name in a folder that is kept stays: nothing is installed there.
        if (request.HasLib64 && !FolderTree.IsFolder(Path.Join(root, "lib64")))
            Link(top, "lib", "lib64");
        LinkInterpreters(bin, request);
        foreach (var (name, text) in ActivationScripts.For(request))
            Write(bin, name, text);
        Write(top, "CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
        Write(top, ".gitignore", "*\n");
        // Last: a folder without it is no environment.
        Write(top, VenvConfiguration.FileName, Configuration(request));
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
        foreach (var (key, value) in request.BaseState?.Lines ?? [])
            text.Append(key).Append(" = ").Append(value).Append('\n');
        text.Append(VenvBuilder.CreatorKey).Append(" = ").Append(request.KraitVersion).Append('\n');
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
        {
            var error = DirectoryFiles.TryAppend(file!, Encoding.UTF8.GetBytes(text)); // not null without an error
            Expect(error, "write", Path.Join(folder.Path, name));
        }
    }

    private static void Expect(FileError error, string action, string path)
    {
        if (error != FileError.None)
            throw new FileSystemException(action, path, error);
    }
}
