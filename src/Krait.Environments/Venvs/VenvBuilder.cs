using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Tracing;

namespace Krait.Environments.Venvs;

/// <summary>
/// Makes virtual environments (PEP 405). A half-made environment is never seen, and one that is replaced is gone only when its
/// successor is written: <see cref="VenvPlace"/> says how.
/// </summary>
public static class VenvBuilder
{
    /// <summary>The key in <see cref="VenvConfiguration.FileName"/> by which krait knows its own environments.</summary>
    public const string CreatorKey = "krait";

    /// <summary>Makes the environment.</summary>
    /// <exception cref="KraitException">Its folder is taken (unusable input) or cannot be written.</exception>
    public static void Create(VenvRequest request)
    {
        using var span = Tracer.Begin("create environment", request.Path);
        request = request with { Path = Path.TrimEndingDirectorySeparator(request.Path) };
        // A link in place of the folder stays, and its target becomes the environment.
        var path = SymbolicLinks.FindTarget(request.Path) ?? request.Path;
        var state = StateOf(path);
        Check(request, state);
        var place = new VenvPlace(path, folder => VenvFiles.Fill(request, folder));
        if (state == FolderState.Missing)
            place.Create();
        else if (state == FolderState.Empty)
            place.FillEmpty();
        else if (request.Existing == ExistingFolder.Keep)
            place.FillAround();
        else
            place.Replace(request.WorkingFolder);
    }

    private enum FolderState
    {
        Missing,
        Empty,
        Environment,

        /// <summary>What a killed run left, which is no environment yet, or no longer.</summary>
        Unfinished,
        Other,
        NoFolder,
    }

    private static FolderState StateOf(string path)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            return FolderState.Missing;
        if (status.Kind != FileKind.Folder)
            return FolderState.NoFolder;
        using var folder = DirectoryHandle.Open(path);
        if (folder.TryStatus(VenvConfiguration.FileName, out _) == FileError.None)
            return FolderState.Environment;
        if (folder.TryStatus(VenvPlace.UnfinishedName, out _) == FileError.None)
            return FolderState.Unfinished;
        return folder.List().All(e => VenvPlace.IsLeftover(e.Name)) ? FolderState.Empty : FolderState.Other;
    }

    private static void Check(VenvRequest request, FolderState state)
    {
        (string? message, Remedy? hint) = (state, request.Existing) switch
        {
            (FolderState.NoFolder, _) => (
                $"`{request.Path}` is a file, not a directory",
                "Choose another path for the environment"
            ),
            (FolderState.Environment, ExistingFolder.Refuse) => (
                $"a virtual environment already exists at `{request.Path}`",
                Remedy.Of($"Replace it with {Control.Clear}, or keep its packages with {Control.AllowExisting}")
            ),
            (FolderState.Other, ExistingFolder.Refuse) => (
                $"the directory `{request.Path}` is not empty and is not a virtual environment",
                Remedy.Of(
                    $"Choose another path, or keep the files and add the environment with {Control.AllowExisting}"
                )
            ),
            (FolderState.Other, ExistingFolder.Clear) => (
                $"the directory `{request.Path}` is not removed: it is not a virtual environment",
                Remedy.Of($"Choose another path, or remove everything in it with {Control.ClearForce}")
            ),
            _ => (null, null),
        };
        if (message is not null)
        {
            throw new KraitException(new Diagnostic("venv-exists", message) { Hints = [hint!] }) // set together
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }
}
