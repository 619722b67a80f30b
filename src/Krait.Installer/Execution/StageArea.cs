using Krait.Environments.Layouts;
using Krait.Installer.Uninstalling;
using Krait.Installer.Wheels;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// The folder inside an environment in which a change is prepared, and from which it is carried out. Its names say how far a change
/// has come, so that creating, renaming and removing names, which the file system keeps in order, are all that recovery relies on:
/// without a marker nothing has happened yet; `remove` says that old files are being removed; `move` that new ones are being moved.
/// </summary>
internal sealed class StageArea : IDisposable
{
    public const string FolderName = ".krait-stage";
    public const string RemoveMarker = "remove";
    public const string MoveMarker = "move";
    public const string OldFolder = "old";

    private readonly DirectoryHandle?[] parts = new DirectoryHandle?[PartNames.Length];
    private readonly Lock gate = new();

    private StageArea(PythonEnvironment environment, DirectoryHandle state, DirectoryHandle root)
    {
        State = state;
        Root = root;
        var paths = environment.Layout.Paths;
        Targets = [paths.PureLibrary, paths.PlatformLibrary, paths.Scripts, paths.Data, paths.Headers];
        Roots = new EnvironmentRoots(environment);
        Links = new EnvironmentLinks(Roots);
        SharesLibrary = string.Equals(paths.PureLibrary, paths.PlatformLibrary, StringComparison.Ordinal);
    }

    /// <summary>The folders of the stage, in the order of <see cref="Targets"/>.</summary>
    public static string[] PartNames { get; } = ["purelib", "platlib", "scripts", "data", "headers"];

    /// <summary>Where the content of each folder of the stage goes.</summary>
    public string[] Targets { get; }

    /// <summary>Where packages may have files.</summary>
    public EnvironmentRoots Roots { get; }

    /// <summary>The links inside the environment.</summary>
    public EnvironmentLinks Links { get; }

    /// <summary>Whether pure and compiled modules go to one folder.</summary>
    public bool SharesLibrary { get; }

    /// <summary>The folder that holds the stage.</summary>
    public DirectoryHandle State { get; }

    /// <summary>The stage's own folder.</summary>
    public DirectoryHandle Root { get; }

    /// <summary>Opens the stage that an earlier run left; null when there is none.</summary>
    public static StageArea? TryOpen(PythonEnvironment environment)
    {
        if (DirectoryHandle.TryOpen(environment.StateFolder, out var state) != FileError.None || state is null)
            return null;
        if (state.TryOpenFolder(FolderName, out var root) == FileError.None && root is not null)
            return new StageArea(environment, state, root);
        state.Dispose();
        return null;
    }

    /// <summary>Makes a stage; there must be none.</summary>
    public static StageArea Create(PythonEnvironment environment)
    {
        FolderTree.Create(environment.StateFolder);
        var state = DirectoryHandle.Open(environment.StateFolder);
        var error = state.TryCreateFolder(FolderName);
        DirectoryHandle? root = null;
        if (error == FileError.None)
            error = state.TryOpenFolder(FolderName, out root);
        if (root is not null)
            return new StageArea(environment, state, root);
        state.Dispose();
        throw new FileSystemException("create the directory", Path.Join(environment.StateFolder, FolderName), error);
    }

    /// <summary>The index of the folder of the stage that a part of a wheel goes to.</summary>
    public int IndexOf(WheelScheme scheme, bool isPure) =>
        scheme switch
        {
            WheelScheme.Root when isPure => 0,
            WheelScheme.Root => SharesLibrary ? 0 : 1,
            WheelScheme.PureLibrary => 0,
            WheelScheme.PlatformLibrary => SharesLibrary ? 0 : 1,
            WheelScheme.Scripts => 2,
            WheelScheme.Data => 3,
            _ => 4,
        };

    /// <summary>A folder of the stage, made when it is first needed.</summary>
    public DirectoryHandle Part(int index)
    {
        lock (gate)
        {
            if (parts[index] is { } known)
                return known;
            var error = Root.TryCreateFolder(PartNames[index]);
            if (error is FileError.None or FileError.AlreadyExists)
                error = Root.TryOpenFolder(PartNames[index], out parts[index]);
            return parts[index] ?? throw new FileSystemException("create the directory", Root.Path, error);
        }
    }

    /// <summary>A folder of the stage when it exists.</summary>
    public DirectoryHandle? ExistingPart(int index)
    {
        lock (gate)
        {
            if (parts[index] is null)
                _ = Root.TryOpenFolder(PartNames[index], out parts[index]);
            return parts[index];
        }
    }

    /// <summary>Whether a marker is set.</summary>
    public bool Has(string marker) => Root.TryStatus(marker, out _) == FileError.None;

    /// <summary>Sets a marker.</summary>
    public void Mark(string marker) => Expect(Root.TryCreateFolder(marker), marker);

    /// <summary>Turns one marker into the next.</summary>
    public void Advance(string from, string to) => Expect(Root.TryRename(from, Root, to, replace: false), to);

    /// <summary>Removes the stage; the marker goes last, so that an interruption leaves it as it is.</summary>
    public void Remove()
    {
        foreach (var part in PartNames.Append(OldFolder))
            FolderTree.Remove(Root, part);
        FolderTree.Remove(Root, RemoveMarker);
        FolderTree.Remove(Root, MoveMarker);
        FolderTree.Remove(State, FolderName);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in parts)
            part?.Dispose();
        Root.Dispose();
        State.Dispose();
    }

    private void Expect(FileError error, string name)
    {
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(Root.Path, name), error);
    }
}
