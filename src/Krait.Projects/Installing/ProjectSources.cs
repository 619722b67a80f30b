using Krait.Build.Sources;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>
/// Fills the table of sources of a project (`[tool.krait.sources]`, `[tool.uv.sources]`) into what its metadata requires: metadata cannot
/// say where a requirement comes from while the project is being worked on.
/// </summary>
/// <param name="inputs">What the user wants of the table, and how places are written.</param>
internal sealed class ProjectSources(DirectInputs inputs)
{
    /// <summary>The places that are to be installed in place, as found so far.</summary>
    public List<string> Editables { get; } = [];

    /// <summary>The metadata with its sources; archives are published, and their tables are not for others.</summary>
    /// <exception cref="KraitException">The table cannot be used (unusable input).</exception>
    public CoreMetadata Apply(CoreMetadata metadata, BuildSource source)
    {
        if (FolderOf(source) is not { } folder || inputs.Sources.IgnoresSources)
            return metadata;
        var file = Path.Join(folder, "pyproject.toml");
        var settings = SettingsOf(file, folder, metadata);
        if (inputs.Sources.Workspaces?.InheritedBy(folder) is { Count: > 0 } inherited)
            settings = settings with { Sources = inherited.SetItems(settings.Sources) };
        if (settings.Sources.IsEmpty)
            return metadata;
        var sources = new SourceTable(settings, inputs.Sources, folder);
        var requirements = new List<Requirement>();
        foreach (var requirement in metadata.RequiresDist)
            requirements.AddRange(Apply(sources, metadata, requirement, source));
        if (sources.Errors.Count > 0)
            throw new KraitException(sources.Errors[0].In(file)) { Kind = FailureKind.UnusableInput };
        return metadata.WithRequirements(requirements);
    }

    /// <summary>What the project's own file says, where that has a table of sources.</summary>
    private static ProjectSettings SettingsOf(string file, string folder, CoreMetadata metadata)
    {
        if (PlainFile.TryRead(file, out var text) != FileError.None)
            return new ProjectSettings();
        if (!TomlDocument.TryParse(text, out var document, out _))
            return new ProjectSettings();
        var tools = document.Root.GetTable("tool");
        if ((tools?.GetTable("krait") ?? tools?.GetTable("uv")) is not { } table || table["sources"] is null)
            return new ProjectSettings();
        var (settings, errors) = ProjectSettingsReader.Read(table, file, folder, metadata.Name);
        return errors.IsEmpty ? settings : throw new KraitException(errors[0]) { Kind = FailureKind.UnusableInput };
    }

    private IEnumerable<Requirement> Apply(
        SourceTable sources,
        CoreMetadata metadata,
        Requirement requirement,
        BuildSource source
    )
    {
        var extra = metadata.ProvidesExtra.FirstOrDefault(name => IsOf(requirement, name));
        foreach (var root in sources.Apply(new RootRequirement(requirement), extra, group: null))
        {
            if (root.Requirement.Url is not { } url)
            {
                yield return root.Requirement;
                continue;
            }

            if (source is BuildSource.Checkout checkout && InRepository(checkout, url) is { } repository)
            {
                yield return root.Requirement.WithUrl(repository);
                continue;
            }

            var place = inputs.AsWritten(url);
            if (root.IsEditable)
                Editables.Add(place);
            yield return root.Requirement.WithUrl(place);
        }
    }

    /// <summary>A directory of a checkout as a place in its repository: the checkout is ours, and may be gone tomorrow.</summary>
    private static string? InRepository(BuildSource.Checkout checkout, string place)
    {
        if (checkout.Origin is not DirectUrl.Repository origin || !Path.IsPathRooted(place))
            return null;
        var below = Path.GetRelativePath(checkout.Path, place).Replace('\\', '/');
        if (below is ".." || below.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(below))
            return null;
        var repository = $"git+{origin.Url}@{checkout.Commit}";
        return below is "."
            ? repository
            : $"{repository}#subdirectory={Uri.EscapeDataString(below).Replace("%2F", "/", StringComparison.Ordinal)}";
    }

    /// <summary>Whether a requirement is one of an extra.</summary>
    private static bool IsOf(Requirement requirement, ExtraName extra) =>
        requirement.Marker.And(Marker.FromExtra(extra).Not()).IsFalse;

    private static string? FolderOf(BuildSource source) =>
        source switch
        {
            BuildSource.Folder folder => folder.Path,
            BuildSource.Checkout { Path.Length: > 0 } checkout => checkout.Subdirectory is { } subdirectory
                ? Path.Join(checkout.Path, subdirectory)
                : checkout.Path,
            _ => null,
        };
}
