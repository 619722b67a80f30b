using System.Text;
using Krait.Packaging.Manifests;
using Krait.Platform.Files;

namespace Krait.Projects.Locking;

/// <summary>
/// Notices that a local project requires something else than before, without running anything of it: by what its manifest states, or, where only
/// its backend knows, by the files that usually decide.
/// </summary>
internal static class FolderFacts
{
    private static readonly string[] Deciding = ["pyproject.toml", "setup.py", "setup.cfg"];

    /// <summary>A digest of what a project requires.</summary>
    /// <param name="folder">Its directory.</param>
    public static string StampOf(string folder)
    {
        var text = new StringBuilder();
        var manifest = Path.Join(folder, Deciding[0]);
        if (
            PlainFile.TryRead(manifest, out var content) == FileError.None
            && PyProject.TryParse(content, manifest, out var project, out _)
            && project.HasStaticDependencies
        )
        {
            text.Append(project.Name).Append('\n').Append(project.RequiresPython).Append('\n');
            foreach (var requirement in project.Dependencies)
                text.Append(requirement.Requirement).Append('\n');
            foreach (var (extra, requirements) in project.OptionalDependencies)
            {
                text.Append(extra)
                    .Append(": ")
                    .AppendJoin(", ", requirements.Select(one => one.Requirement))
                    .Append('\n');
            }

            text.Append((project.Tool("krait") ?? project.Tool("uv"))?["sources"]?.ToString());
        }
        else
        {
            foreach (var name in Deciding)
            {
                if (PlainFile.TryRead(Path.Join(folder, name), out content) == FileError.None)
                    text.Append(name).Append('\n').Append(content);
            }
        }

        return "sha256:" + SmallSha256.HexOf(text.ToString());
    }
}
