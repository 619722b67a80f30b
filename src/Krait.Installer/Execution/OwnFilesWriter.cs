using System.Text;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Installer.Scripts;
using Krait.Installer.Wheels;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// Writes what an installer adds to a wheel in one environment: launchers, scripts with the interpreter filled in, REQUESTED,
/// direct_url.json, the state of a folder that was built, and the RECORD that lists all of it.
/// </summary>
internal sealed class OwnFilesWriter(StageArea stage, PythonEnvironment environment)
{
    private const int LongestScript = 64 << 20;
    private readonly uint mask = FileCreationMask.Value;
    private readonly RecordRows record = new();

    /// <summary>Writes the files of one wheel.</summary>
    /// <returns>Scripts of this name that another wheel has put there before; they were replaced.</returns>
    public List<Diagnostic> Write(StagedWheel staged)
    {
        record.Clear();
        var warnings = new List<Diagnostic>();
        var manifest = staged.Wheel.Manifest;
        var library = stage.IndexOf(WheelScheme.Root, manifest.Facts.IsPure);
        AddFiles(staged.Wheel, library, warnings);
        foreach (var script in manifest.Facts.Scripts)
        {
            var text = Launcher.ForEntryPoint(script, environment.Executable, environment.IsRelocatable);
            WriteScript(staged.Wheel, script.Name, text, library, warnings);
        }

        WriteDescription(staged, library);
        return warnings;
    }

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span[..^1]);

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>Lists the linked files, and writes the scripts that were left out.</summary>
    private void AddFiles(StoredWheel wheel, int library, List<Diagnostic> warnings)
    {
        var manifest = wheel.Manifest;
        var file = 0;
        for (var folder = 0; folder < manifest.FolderCount; folder++)
        {
            var (source, scheme, _) = manifest.Folder(folder);
            var target = wheel.TargetOf(folder);
            var isDescription = string.Equals(target, manifest.Facts.DistInfo, StringComparison.Ordinal);
            var prefix = PrefixOf(library, stage.IndexOf(scheme, manifest.Facts.IsPure));
            var listed = Encoding.UTF8.GetBytes(prefix + Join(target, ""));
            for (var end = file + manifest.FilesIn(folder); file < end; file++)
            {
                var name = manifest.FileName(file).Span[..^1];
                var stored = manifest.File(file);
                if (stored.HasPlaceholder)
                {
                    var script = Text(manifest.FileName(file));
                    var content = Fill(wheel, Join(Text(source), script), manifest.Digest(file));
                    WriteScript(wheel, script, content, library, warnings);
                }
                else if (!isDescription || !name.SequenceEqual("RECORD"u8))
                {
                    record.Add(listed, name, manifest.Digest(file), stored.Size);
                }
            }
        }
    }

    /// <summary>The way from the folder of packages to another part, as RECORD spells it.</summary>
    private string PrefixOf(int library, int part)
    {
        if (library == part)
            return "";
        var relative = Path.GetRelativePath(stage.Targets[library], stage.Targets[part]);
        return relative is "." ? "" : relative + "/";
    }

    /// <summary>A script with this environment's interpreter in its first line.</summary>
    /// <exception cref="DamagedWheelException">It is not what was unpacked.</exception>
    private byte[] Fill(StoredWheel wheel, string path, ReadOnlySpan<byte> digest)
    {
        using var tree = DirectoryHandle.Open(wheel.Tree);
        var error = tree.TryReadFile(path, LongestScript, out var content);
        if (error is not (FileError.None or FileError.NotFound or FileError.Loop))
            throw new FileSystemException("read", Path.Join(wheel.Tree, path), error);
        Span<byte> actual = stackalloc byte[SmallSha256.Size];
        SmallSha256.Hash(content, actual);
        if (error != FileError.None || !actual.SequenceEqual(digest))
            throw DamagedWheelException.Dropping(wheel, path);
        return Launcher.ForScript(content, environment.Executable, environment.IsRelocatable);
    }

    private void WriteScript(StoredWheel wheel, string name, byte[] content, int library, List<Diagnostic> warnings)
    {
        var scripts = stage.Part(stage.IndexOf(WheelScheme.Scripts, isPure: true));
        if (!TryWrite(scripts, name, content, 0b111_111_111))
        {
            warnings.Add(
                FileConflict.Of($"`{name}` is a script of `{wheel}` and of another package; it is now this one's")
            );
            Replace(scripts, name, content, 0b111_111_111);
        }

        AddOwn(PrefixOf(library, 2) + name, content);
    }

    private void WriteDescription(StagedWheel staged, int library)
    {
        var name = staged.Wheel.Manifest.Facts.DistInfo;
        var error = stage.Part(library).TryOpenFolder(name, out var opened);
        using var folder =
            opened ?? throw new FileSystemException("open", Path.Join(stage.Part(library).Path, name), error);
        if (staged.Wanted.IsRequested)
            WriteAndList(folder, "REQUESTED", []);
        if (staged.Wanted.DirectUrl is { } directUrl)
            WriteAndList(folder, "direct_url.json", directUrl);
        if (staged.Wanted.Stamp is { } stamp)
            WriteAndList(folder, InstalledDistribution.StampName, Encoding.UTF8.GetBytes(stamp));
        record.AddBare($"{name}/RECORD");
        Replace(folder, "RECORD", record.Text, 0b110_110_110);

        void WriteAndList(DirectoryHandle place, string file, byte[] content)
        {
            Replace(place, file, content, 0b110_110_110);
            AddOwn($"{name}/{file}", content);
        }
    }

    private void AddOwn(string path, byte[] content)
    {
        Span<byte> digest = stackalloc byte[SmallSha256.Size];
        SmallSha256.Hash(content, digest);
        record.Add(path, digest, content.Length);
    }

    /// <summary>Writes a file that is an installer's to write, whatever a wheel has put in its place.</summary>
    private void Replace(DirectoryHandle folder, string name, ReadOnlySpan<byte> content, uint mode)
    {
        if (TryWrite(folder, name, content, mode))
            return;
        _ = folder.TryRemove(name);
        if (!TryWrite(folder, name, content, mode))
            throw new FileSystemException("write", Path.Join(folder.Path, name), FileError.AlreadyExists);
    }

    private bool TryWrite(DirectoryHandle folder, string name, ReadOnlySpan<byte> content, uint mode)
    {
        var error = folder.TryWriteNew(Encoding.UTF8.GetBytes(name + '\0'), content, mode & ~mask, out _);
        return error switch
        {
            FileError.None => true,
            FileError.AlreadyExists => false,
            _ => throw new FileSystemException("write", Path.Join(folder.Path, name), error),
        };
    }
}
