using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Pipenv;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>A project with a Pipfile: its files, and where its environment is.</summary>
/// <param name="context">The run.</param>
/// <param name="pipfilePath">The path of the Pipfile, whether it is there or not.</param>
internal sealed class PipenvProject(KraitContext context, string pipfilePath)
{
    private const int DefaultDepth = 10;

    /// <summary>The path of the Pipfile.</summary>
    public string PipfilePath { get; } = pipfilePath;

    /// <summary>The path of the lock file.</summary>
    public string LockPath => PipfilePath + ".lock";

    /// <summary>The project's folder.</summary>
    public string Folder => Path.GetDirectoryName(PipfilePath) ?? "/";

    /// <summary>Whether there is a Pipfile.</summary>
    public bool Exists => Has(PipfilePath);

    /// <summary>Whether there is a lock file.</summary>
    public bool IsLocked => Has(LockPath);

    /// <summary>The project around the working folder; where there is none, the one that would be made there.</summary>
    public static PipenvProject Find(KraitContext context)
    {
        if (context.Variables.GetValueOrDefault("PIPENV_PIPFILE") is { Length: > 0 } named)
            return new PipenvProject(context, Path.GetFullPath(named, context.WorkingFolder));
        var depth = int.TryParse(
            context.Variables.GetValueOrDefault("PIPENV_MAX_DEPTH"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : DefaultDepth;
        var folder = context.WorkingFolder;
        for (var level = 0; folder is not null && level < depth; level++, folder = Path.GetDirectoryName(folder))
        {
            if (Has(Path.Join(folder, "Pipfile")))
                return new PipenvProject(context, Path.Join(folder, "Pipfile"));
        }

        return new PipenvProject(context, Path.Join(context.WorkingFolder, "Pipfile"));
    }

    /// <summary>Reads the Pipfile.</summary>
    /// <exception cref="KraitException">There is none, or it cannot be used (unusable input).</exception>
    public Pipfile ReadPipfile()
    {
        var error = PlainFile.TryRead(PipfilePath, out var text);
        if (error == FileError.None)
            return Pipfile.Parse(text, "Pipfile");
        throw Missing(
            $"there is no `Pipfile` in `{Folder}` or above it",
            "Create one with `krait pipenv install PACKAGE`"
        );
    }

    /// <summary>Reads the lock file.</summary>
    /// <exception cref="KraitException">There is none, or it cannot be used (unusable input).</exception>
    public PipfileLock ReadLock()
    {
        var error = PlainFile.TryRead(LockPath, out var text);
        if (error == FileError.None)
            return PipfileLock.Parse(text, "Pipfile.lock");
        throw Missing("there is no `Pipfile.lock`", "Create it with `krait pipenv lock`");
    }

    /// <summary>Writes a file of the project in the newline style that it has.</summary>
    public static void Write(string path, string text)
    {
        var isWindows =
            PlainFile.TryRead(path, out var old) == FileError.None && old.Contains("\r\n", StringComparison.Ordinal);
        if (isWindows && !text.Contains("\r\n", StringComparison.Ordinal))
            text = text.Replace("\n", "\r\n", StringComparison.Ordinal);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), durable: true);
    }

    /// <summary>The folder of the environment: the active one, one in the project, or one by the project's name.</summary>
    public string EnvironmentRoot()
    {
        var active = context.Variables.GetValueOrDefault("VIRTUAL_ENV");
        if (active is { Length: > 0 } && !IsSet("PIPENV_IGNORE_VIRTUALENVS"))
            return Path.GetFullPath(active, context.WorkingFolder);
        var own = Path.Join(Folder, ".venv");
        if (FileStatus.TryRead(own, followLinks: true, out var status) == FileError.None)
        {
            if (status.Kind == FileKind.Folder)
                return own;
            if (PlainFile.TryRead(own, out var text) == FileError.None && text.Trim() is { Length: > 0 } name)
            {
                return name.Contains('/', StringComparison.Ordinal)
                    ? Path.GetFullPath(name, Folder)
                    : Path.Join(Workon(), name);
            }
        }

        if (IsSet("PIPENV_VENV_IN_PROJECT"))
            return own;
        return Path.Join(
            Workon(),
            context.Variables.GetValueOrDefault("PIPENV_CUSTOM_VENV_NAME") is { Length: > 0 } custom ? custom : Name()
        );
    }

    private bool IsSet(string variable) =>
        context.Variables.GetValueOrDefault(variable)?.ToLowerInvariant()
            is "1"
                or "true"
                or "yes"
                or "on"
                or "y"
                or "t";

    private string Workon()
    {
        if (context.Variables.GetValueOrDefault("WORKON_HOME") is { Length: > 0 } folder)
            return Path.GetFullPath(folder, context.WorkingFolder);
        var data = context.Variables.GetValueOrDefault("XDG_DATA_HOME") is { Length: > 0 } home
            ? home
            : Path.Join(context.Variables.GetValueOrDefault("HOME") ?? "/", ".local", "share");
        return Path.Join(data, "virtualenvs");
    }

    /// <summary>The project's name and the first characters of a digest of the Pipfile's path, as pipenv names environments.</summary>
    private string Name()
    {
        const int Longest = 42;
        var name = string.Concat(
            Path.GetFileName(Folder)
                .Select(c => " &$`!*@\"()[]\\\r\n\t".Contains(c, StringComparison.Ordinal) ? '_' : c)
        );
        var digest = Convert
            .ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PipfilePath)))
            .Replace('+', '-')
            .Replace('/', '_');
        return $"{name[..Math.Min(name.Length, Longest)]}-{digest[..8]}";
    }

    private static bool Has(string path) =>
        FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None && status.Kind == FileKind.File;

    private static KraitException Missing(string message, string hint) =>
        new(new Diagnostic("no-pipfile", message) { Hints = [hint] }) { Kind = FailureKind.UnusableInput };
}
