using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>Reads what `krait add` is to add.</summary>
internal sealed class AddedRequirements(
    KraitContext context,
    ParsedArguments arguments,
    CommandRun run,
    ManifestTarget target
)
{
    /// <summary>Reads the command line and the files that it names.</summary>
    /// <exception cref="KraitException">Something cannot be read or understood (unusable input).</exception>
    public async Task<(ImmutableArray<AddedRequirement> Requirements, ImmutableArray<string> Constraints)> ReadAsync(
        CancellationToken cancellationToken
    )
    {
        var added = ImmutableArray.CreateBuilder<AddedRequirement>();
        foreach (var text in arguments.Positionals)
            added.Add(Read(text));
        var files = arguments.Values(AddOptions.Requirements);
        var limits = arguments.Values(AddOptions.Constraints);
        if (files.Count == 0 && limits.Count == 0)
            return (added.ToImmutable(), []);
        // The project's own settings are not those of the files.
        var reader = new RequirementSetReader(run.Loader, context.WorkingFolder, context.Variables);
        var inputs = await reader.ReadAsync(
            new RequirementSources
            {
                Files = [.. files],
                Constraints = [.. limits],
                IgnoresSources = true,
            },
            cancellationToken
        );
        foreach (var root in inputs.Roots)
            added.Add(Read(root.Requirement.ToString()));
        return (added.ToImmutable(), [.. inputs.Constraints.Select(limit => limit.Requirement.ToString())]);
    }

    private AddedRequirement Read(string text)
    {
        if (!RequestedTarget.TryParse(text, text, isEditable: false, out var requested, out var error))
            throw Unusable(error);
        return requested switch
        {
            RequestedTarget.Named named => FromNamed(named.Requirement, WithOptions(RequirementParts.Of(text))),
            RequestedTarget.Unnamed unnamed => FromUnnamed(unnamed),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private AddedRequirement FromNamed(Requirement requirement, RequirementParts parts)
    {
        if (arguments.IsOn(AddOptions.Raw))
            return new AddedRequirement(requirement.Name, parts.ToString(), Source: null);
        if (requirement.Url is { } url)
            return FromLocation(requirement.Name, parts.WithVersions(""), url);
        RefuseGitOptions(requirement.Name);
        var isMember =
            target is { Workspace: { } workspace, Project: { } project }
            && workspace.Find(requirement.Name) is { } member
            && member.Name is not null
            && (member != project || requirement.Extras.Length > 0);
        return new AddedRequirement(
            requirement.Name,
            parts.ToString(),
            isMember ? new TomlTable().Add("workspace", value: true) : null
        );
    }

    private AddedRequirement FromUnnamed(RequestedTarget.Unnamed unnamed)
    {
        var name = NameOf(unnamed);
        var parts = RequirementParts.Of(name.Value);
        if (unnamed.Extras.Length > 0)
            parts = parts.WithExtras(unnamed.Extras);
        if (!unnamed.Marker.IsTrue)
            parts = parts.WithCondition(unnamed.Marker.ToString());
        parts = WithOptions(parts);
        return arguments.IsOn(AddOptions.Raw)
            ? new AddedRequirement(name, Direct(parts, unnamed.Location), Source: null)
            : FromLocation(name, parts, unnamed.Location);
    }

    /// <summary>A requirement with its place in it; paths have to be URLs there.</summary>
    private string Direct(RequirementParts parts, string location)
    {
        var place = Location.Of(location);
        var url = place.IsPath ? new Uri(Path.GetFullPath(location, context.WorkingFolder)).AbsoluteUri : location;
        return parts.WithVersions($" @ {url}").ToString();
    }

    private AddedRequirement FromLocation(PackageName name, RequirementParts parts, string url)
    {
        if (GitSource.TryParse(url) is { } git)
        {
            return new AddedRequirement(name, parts.ToString(), git.ToTable(arguments));
        }

        RefuseGitOptions(name);
        var location = Location.Of(url);
        if (location.TryGetLocalPath(context.WorkingFolder, out var path))
            return FromPath(name, parts, path);
        var source = new TomlTable().Add("url", location.WithoutFragment);
        if (GitSource.Subdirectory(location.Fragment) is { } subdirectory)
            source.Add("subdirectory", subdirectory);
        return new AddedRequirement(name, parts.ToString(), source);
    }

    private AddedRequirement FromPath(PackageName name, RequirementParts parts, string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            throw Unusable(new Diagnostic("no-file", $"there is no file or directory `{path}`"));
        var isFolder = status.Kind == FileKind.Folder;
        if (isFolder && MemberOf(path) is var (member, isNew))
        {
            return new AddedRequirement(name, parts.ToString(), new TomlTable().Add("workspace", value: true))
            {
                Member = isNew ? member : null,
            };
        }

        var source = new TomlTable().Add("path", Path.GetRelativePath(target.Folder, path).Replace('\\', '/'));
        if (isFolder && arguments.WasGiven(AddOptions.Editable))
            source.Add("editable", arguments.IsOn(AddOptions.Editable));
        return new AddedRequirement(name, parts.ToString(), source);
    }

    /// <summary>The member that a directory is or becomes; null where it stays apart.</summary>
    private (string Member, bool IsNew)? MemberOf(string path)
    {
        if (target is not { Workspace: { } workspace, Project: { } project } || arguments.IsOn(AddOptions.NoWorkspace))
            return null;
        if (workspace.Members.Any(member => string.Equals(member.Folder, path, StringComparison.Ordinal)))
        {
            return string.Equals(project.Folder, path, StringComparison.Ordinal)
                ? null
                : (workspace.RelativePathOf(path), false);
        }

        var isBelow = path.StartsWith(workspace.Folder.TrimEnd('/') + "/", StringComparison.Ordinal);
        var hasManifest =
            PlainFile.TryRead(Path.Join(path, WorkspaceFinder.ManifestName), out var text) == FileError.None
            && text.Contains("[project]", StringComparison.Ordinal);
        if (!hasManifest || (!isBelow && !arguments.IsOn(AddOptions.InWorkspace)))
            return null;
        var isExcluded =
            workspace.Settings.Workspace is { } table && MemberPatterns.Cover(table.Exclude, workspace.Folder, path);
        return isExcluded ? null : (workspace.RelativePathOf(path), true);
    }

    private PackageName NameOf(RequestedTarget.Unnamed unnamed)
    {
        if (unnamed.Name is { } stated)
            return stated;
        var location = Location.Of(unnamed.Location);
        if (WheelFileName.TryParse(location.FileName, out var wheel, out _))
            return wheel.Name;
        if (SdistFileName.TryParse(location.FileName, out var sdist, out _))
            return sdist.Name;
        if (
            unnamed.Vcs is null
            && location.TryGetLocalPath(context.WorkingFolder, out var path)
            && PlainFile.TryRead(Path.Join(path, WorkspaceFinder.ManifestName), out var text) == FileError.None
            && TomlDocument.TryParse(text, out var document, out _)
            && PackageName.TryParse(document.Root.Find("project", "name")?.AsString, out var name, out _)
        )
        {
            return name;
        }

        throw Unusable(
            new Diagnostic("unnamed-requirement", $"`{unnamed.Verbatim}` does not say the name of its package")
            {
                Hints = [$"Write `NAME @ {unnamed.Verbatim}`"],
            }
        );
    }

    /// <summary>With the extras and the marker of the command line.</summary>
    private RequirementParts WithOptions(RequirementParts parts)
    {
        var extras = arguments.Values(AddOptions.Extra).Select(ParseExtra).ToImmutableArray();
        if (extras.Length > 0)
        {
            var own = Requirement.Parse(parts.ToString()).Extras;
            parts = parts.WithExtras([.. own.Union(extras)]);
        }

        if (arguments.Value(AddOptions.Marker) is not { } marker)
            return parts;
        var condition = parts.Condition.Length == 0 ? marker.Trim() : $"({parts.Condition}) and ({marker.Trim()})";
        var with = parts.WithCondition(condition);
        return Requirement.TryParse(with.ToString(), out _, out var error) ? with : throw Unusable(error);
    }

    private void RefuseGitOptions(PackageName name)
    {
        Parsing.Option[] options = [AddOptions.Rev, AddOptions.Tag, AddOptions.Branch, AddOptions.Lfs];
        if (Array.Find(options, arguments.WasGiven) is { } option)
        {
            throw new UsageException(
                $"`--{option.Name}` is for Git repositories, and `{name}` does not come from one",
                $"Write `git+https://HOST/REPOSITORY` for the repository"
            );
        }
    }

    private static ExtraName ParseExtra(string text) =>
        ExtraName.TryParse(text, out var name, out var error) ? name : throw Unusable(error);

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
