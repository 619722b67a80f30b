using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Packaging.Manifests;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>The scripts with inline metadata below a directory.</summary>
public static class WorkspaceScripts
{
    private const string Ending = ".py";
    private const string EnvironmentName = ".venv";

    private static readonly string[] Passed = [EnvironmentName, ".git", "__pycache__"];

    /// <summary>Finds the scripts; those in environments are none of the workspace.</summary>
    /// <param name="folder">The absolute path of the directory.</param>
    /// <param name="listed">The files to look at, relative to it; null for all there are.</param>
    /// <param name="problems">What is wrong with scripts whose metadata cannot be read; they are left out.</param>
    /// <returns>Their paths relative to the directory, in order.</returns>
    public static ImmutableArray<string> Find(
        string folder,
        IEnumerable<string>? listed,
        out ImmutableArray<Diagnostic> problems
    )
    {
        var found = ImmutableArray.CreateBuilder<string>();
        var wrong = ImmutableArray.CreateBuilder<Diagnostic>();
        var paths = listed?.Where(path =>
            path.EndsWith(Ending, StringComparison.Ordinal) && !IsInEnvironment(folder, path)
        );
        foreach (var path in (paths ?? Walk(folder, below: "")).Order(StringComparer.Ordinal))
        {
            if (PlainFile.TryRead(Path.Join(folder, path), out var text) != FileError.None)
                continue;
            if (ScriptMetadata.Read(text, path, out var errors) is not null)
                found.Add(path);
            else if (!errors.IsEmpty)
                wrong.Add(errors[0]);
        }

        problems = wrong.ToImmutable();
        return found.ToImmutable();
    }

    private static IEnumerable<string> Walk(string folder, string below)
    {
        if (DirectoryHandle.TryOpen(Path.Join(folder, below), out var opened) != FileError.None || opened is null)
            yield break;
        using (opened)
        {
            var entries = opened.List();
            if (entries.Any(entry => entry.Name is VenvConfiguration.FileName))
                yield break;
            foreach (var name in entries.Select(entry => entry.Name))
            {
                if (opened.TryStatus(name, out var status) != FileError.None)
                    continue;
                var path = below.Length == 0 ? name : $"{below}/{name}";
                if (status.Kind == FileKind.File && name.EndsWith(Ending, StringComparison.Ordinal))
                    yield return path;
                if (status.Kind != FileKind.Folder || Passed.Contains(name, StringComparer.Ordinal))
                    continue;
                foreach (var inside in Walk(folder, path))
                    yield return inside;
            }
        }
    }

    private static bool IsInEnvironment(string folder, string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            var above = path[..slash];
            if (Path.GetFileName(above) is EnvironmentName)
                return true;
            if (FileStatus.Exists(Path.Join(folder, above, VenvConfiguration.FileName), followLinks: true))
                return true;
        }

        return false;
    }
}
