using System.Security.Cryptography;
using System.Text;
using Krait.Environments.Layouts;
using Krait.Packaging.Metadata;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Health.Doctor;

/// <summary>Compares the files of one package with what its RECORD says of them.</summary>
/// <param name="environment">The environment.</param>
/// <param name="package">The package.</param>
internal sealed class FileExamination(PythonEnvironment environment, InstalledPackage package)
{
    private readonly PackageDamages found = new(package.Name.Value);

    /// <summary>What is wrong, and how many files were looked at.</summary>
    public (IReadOnlyList<Damage> Damages, int Files) Run(IReadOnlyList<RecordEntry> rows)
    {
        foreach (var row in rows)
            Examine(row);
        return (found.All, rows.Count);
    }

    private void Examine(RecordEntry row)
    {
        if (row.Path.EndsWith(".pyc", StringComparison.Ordinal) || row.Path.Contains('\0', StringComparison.Ordinal))
            return;
        var path = Path.GetFullPath(row.Path, package.Distribution.Location);
        if (Path.IsPathRooted(row.Path) || !IsInside(path))
        {
            found.Add(
                "record-path-outside",
                $"RECORD lists `{row.Path}`, which is outside of the environment",
                path,
                DamageSeverity.Warning,
                DamageRepair.None
            );
            return;
        }

        if (FileStatus.TryRead(path, followLinks: false, out var own) != FileError.None)
        {
            ReportMissing(row.Path, path);
            return;
        }

        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
        {
            found.Add(
                "file-link-broken",
                $"`{row.Path}` is a link to `{SymbolicLinks.Read(path)}`, which is gone",
                path
            );
        }
        else if (status.Kind == FileKind.Folder)
        {
            found.Add(
                "file-is-directory",
                $"`{row.Path}` is a directory, and RECORD lists a file",
                path,
                isInTheWay: true
            );
        }
        else if (own.Kind is not (FileKind.File or FileKind.SymbolicLink))
        {
            found.Add("file-is-special", $"`{row.Path}` is not a regular file", path, isInTheWay: true);
        }
        else
        {
            ExamineContent(row, path, status);
        }
    }

    private void ExamineContent(RecordEntry row, string path, FileStatus status)
    {
        if (PlainFile.TryReadBytes(path, int.MaxValue, out var content) is not FileError.None and var error)
        {
            found.Add("file-unreadable", $"`{row.Path}` cannot be read: {error}", path, repair: DamageRepair.Reinstall);
            return;
        }

        if (row.Hash is { } stated && !Matches(stated, content))
        {
            if (content.Length == 0)
                found.Add("file-empty", $"`{row.Path}` is empty", path);
            else if (row.Size is { } size && size > content.Length)
                found.Add("file-truncated", $"`{row.Path}` has {content.Length} of {size} bytes", path);
            else
                found.Add(CodeOfChange(path), $"`{row.Path}` differs from what was installed", path);
            return;
        }

        if (IsScript(path))
            ExamineScript(row, path, status, content);
        if (
            path.EndsWith(".so", StringComparison.Ordinal)
            && content is not [0x7F, (byte)'E', (byte)'L', (byte)'F', ..]
            && OperatingSystem.IsLinux()
        )
        {
            found.Add("extension-not-loadable", $"`{row.Path}` is not a library for this system", path);
        }
    }

    private string CodeOfChange(string path) =>
        IsScript(path) ? "script-changed"
        : path.EndsWith(".so", StringComparison.Ordinal) ? "extension-changed"
        : path.StartsWith(package.Distribution.Path + "/", StringComparison.Ordinal) ? "description-changed"
        : "file-changed";

    private void ExamineScript(RecordEntry row, string path, FileStatus status, byte[] content)
    {
        if (!status.IsExecutable)
        {
            found.Add(
                "script-not-executable",
                $"`{row.Path}` may not be executed",
                path,
                repair: DamageRepair.Executable
            );
        }

        if (content is not [(byte)'#', (byte)'!', ..])
            return;
        var line = Encoding.UTF8.GetString(content).Split('\n')[0][2..].Trim();
        var program = line.Split(' ')[0];
        if (!Path.IsPathRooted(program) || !Path.GetFileName(program).StartsWith("py", StringComparison.Ordinal))
            return;
        if (!FileStatus.Exists(program, followLinks: true))
        {
            found.Add("script-interpreter-missing", $"`{row.Path}` starts `{program}`, which is gone", path);
        }
        else if (
            environment.IsVirtual
            && !program.StartsWith(environment.Root + "/", StringComparison.Ordinal)
            && !IsSame(program)
        )
        {
            found.Add(
                "script-other-interpreter",
                $"`{row.Path}` starts `{program}`, which is not of this environment",
                path
            );
        }
    }

    private bool IsSame(string program) =>
        Path.GetDirectoryName(Path.GetDirectoryName(program)) is { } other
        && FileStatus.TryRead(other, followLinks: true, out var one) == FileError.None
        && FileStatus.TryRead(environment.Root, followLinks: true, out var two) == FileError.None
        && one.IsSameFileAs(two);

    private void ReportMissing(string name, string path)
    {
        // Sources may be removed once they are compiled.
        if (path.EndsWith(".py", StringComparison.Ordinal) && FileStatus.Exists(path + "c", followLinks: false))
            return;
        var code =
            IsScript(path) ? "script-missing"
            : path.StartsWith(package.Distribution.Path + "/", StringComparison.Ordinal) ? CodeOfDescription(path)
            : path.EndsWith("/__init__.py", StringComparison.Ordinal) ? "init-missing"
            : path.EndsWith(".so", StringComparison.Ordinal) || path.EndsWith(".pyd", StringComparison.Ordinal)
                ? "extension-missing"
            : !path.StartsWith(package.Distribution.Location + "/", StringComparison.Ordinal) ? "data-missing"
            : "file-missing";
        found.Add(code, $"`{name}` is missing", path);
    }

    private static string CodeOfDescription(string path) =>
        Path.GetFileName(path) switch
        {
            "METADATA" => "metadata-missing",
            "WHEEL" => "wheel-file-missing",
            "entry_points.txt" => "entry-points-missing",
            "INSTALLER" => "installer-missing",
            "direct_url.json" => "direct-url-missing",
            _ => "description-file-missing",
        };

    /// <summary>`sha256=` and URL-safe base64 without padding; what is written in another way is not judged.</summary>
    private static bool Matches(string stated, byte[] content)
    {
        var equals = stated.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return true;
        byte[]? digest = stated[..equals].ToLowerInvariant() switch
        {
            "sha256" => SHA256.HashData(content),
            "sha384" => SHA384.HashData(content),
            "sha512" => SHA512.HashData(content),
            _ => null,
        };
        if (digest is null)
            return true;
        var text = Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return string.Equals(text, stated[(equals + 1)..].TrimEnd('='), StringComparison.Ordinal);
    }

    private bool IsScript(string path) =>
        string.Equals(Path.GetDirectoryName(path), environment.Layout.Scripts, StringComparison.Ordinal);

    private bool IsInside(string path) =>
        !environment.IsVirtual || path.StartsWith(environment.Root + "/", StringComparison.Ordinal);
}
