using Krait.Build.Git;
using Krait.Index;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>
/// Reads one requirement as users write it: a requirement (PEP 508), or an address or path of a distribution or project, whose name then
/// comes from its file name or its project file, or only from its source.
/// </summary>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="variables">What `${NAME}` in addresses is looked up in.</param>
internal sealed class RequirementText(string workingFolder, IReadOnlyDictionary<string, string> variables)
{
    /// <summary>Reads a requirement.</summary>
    /// <param name="verbatim">The text as it is written, with variables.</param>
    /// <param name="isEditable">Whether `-e` stands before it.</param>
    /// <param name="origin">Where it is written; null for the command line.</param>
    /// <param name="error">Why it cannot be read.</param>
    /// <returns>What is asked for; null where it cannot be read.</returns>
    public AskedFor? Read(string verbatim, bool isEditable, RequirementOrigin? origin, out Diagnostic? error)
    {
        // A file from the network does not learn the variables of this machine.
        var text = (LocalVariables.IsRemote(origin) ? verbatim : VariableExpansion.Expand(verbatim, variables)).Trim();
        // `-e "NAME @ git+…"` has the form of a requirement.
        var isNamed =
            isEditable
            && Requirement.TryParse(text, out var stated, out _)
            && stated.Url is { } repository
            && GitSource.IsGit(repository);
        if (!RequestedTarget.TryParse(text, verbatim.Trim(), isEditable && !isNamed, out var target, out var problem))
        {
            error = WithHints(problem, text);
            return null;
        }

        if (target is RequestedTarget.Unnamed unnamed)
            return FromLocation(unnamed, origin, out error);
        var requirement = ((RequestedTarget.Named)target).Requirement;
        if (origin is null && IsRequirementsFile(text))
        {
            error = new Diagnostic("file-as-package", $"`{text}` is a file here, not a package")
            {
                Hints = [$"To read requirements from it, write `-r {text}`"],
            };
            return null;
        }

        error = requirement.Url is { } url ? WhyUnusable(url) : null;
        return error is null
            ? new AskedFor(
                new RootRequirement(KeepVariables(requirement, verbatim), origin) { IsEditable = isNamed },
                Unnamed: null
            )
            : null;
    }

    private bool IsRequirementsFile(string text) =>
        (
            text.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
            || text.EndsWith(".in", StringComparison.OrdinalIgnoreCase)
        )
        && FileStatus.TryRead(Path.GetFullPath(text, workingFolder), followLinks: true, out var status)
            == FileError.None
        && status.Kind == FileKind.File;

    /// <summary>An address keeps the variables that the user wrote, for output; whoever fetches it expands them.</summary>
    private static Requirement KeepVariables(Requirement requirement, string verbatim)
    {
        if (requirement.Url is null || !verbatim.Contains("${", StringComparison.Ordinal))
            return requirement;
        return Requirement.TryParse(verbatim, out var written, out _) ? written : requirement;
    }

    /// <summary>A wheel says its name itself; other things may.</summary>
    private AskedFor? FromLocation(RequestedTarget.Unnamed target, RequirementOrigin? origin, out Diagnostic? error)
    {
        error = target.Vcs is null ? WhyUnusable(target) : WhyUnusable(target.Location);
        if (error is not null)
            return null;
        var name = target.Name;
        var fileName = Location.Of(target.Location).FileName;
        if (target.Vcs is null && fileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
        {
            if (!WheelFileName.TryParse(fileName, out var wheel, out error))
                return null;
            name = wheel.Name;
        }

        name ??= target.Vcs is null ? ProjectNames.Of(target.Location, workingFolder) : null;
        var unnamed = new UnnamedRequirement(Written(target), Position: 0)
        {
            Extras = target.Extras,
            Marker = target.Marker,
            IsEditable = target.IsEditable,
            Origin = origin,
        };
        return name is null ? new AskedFor(Root: null, unnamed) : new AskedFor(unnamed.Named(name), Unnamed: null);
    }

    /// <summary>The location as the user wrote it, with its variables, which output repeats; whoever fetches it expands them.</summary>
    private static string Written(RequestedTarget.Unnamed target)
    {
        if (!target.Verbatim.Contains("${", StringComparison.Ordinal))
            return target.Location;
        if (
            RequestedTarget.TryParse(target.Verbatim, target.Verbatim, isEditable: false, out var written, out _)
            && written is RequestedTarget.Unnamed unexpanded
        )
        {
            return unexpanded.Location;
        }

        // `${WHEEL}` alone looks like nothing; what follows a space is the marker.
        return target.Verbatim.Split(' ')[0];
    }

    /// <summary>Why nothing can be installed from an address or path, as far as that is seen without opening it; null where it may be.</summary>
    private Diagnostic? WhyUnusable(RequestedTarget.Unnamed target)
    {
        var location = Location.Of(target.Location);
        if (!location.TryGetLocalPath(workingFolder, out var path))
        {
            return target.IsEditable
                ? new Diagnostic("not-editable", $"`{target.Location}` is not a directory, and cannot be editable")
                : null;
        }

        var shown = target.Location;
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
        {
            return target.IsEditable ? new Diagnostic("no-project", $"there is no project at `{shown}`")
                : shown.EndsWith(".whl", StringComparison.OrdinalIgnoreCase)
                    ? new Diagnostic("no-file", $"`{shown}` does not exist")
                : new Diagnostic("no-file", $"there is no file or directory `{shown}`");
        }

        if (status.Kind == FileKind.Folder)
        {
            var folder = target.Subdirectory is { } subdirectory ? Path.Join(path, subdirectory) : path;
            return ProjectNames.IsProject(folder)
                ? null
                : new Diagnostic(
                    "no-project",
                    $"the directory `{shown}` contains neither `pyproject.toml` nor `setup.py`"
                );
        }

        return target.IsEditable ? NotEditable(shown) : null;
    }

    /// <summary>Why a repository cannot be used; null where it may be, or where a text names none.</summary>
    private static Diagnostic? WhyUnusable(string url)
    {
        var scheme = Location.SchemeOf(url).ToString().ToLowerInvariant();
        if (scheme.Split('+')[0] is "hg" or "svn" or "bzr")
        {
            return new Diagnostic("unsupported-repository", $"`{SafeUrlText(url)}` is not a repository of git")
            {
                Hints = ["Make an archive of it, and require that"],
            };
        }

        Diagnostic? error;
        if (GitSource.IsGit(url))
            return GitSource.TryParse(url, out _, out error) ? null : error;
        return !Location.Of(url).IsRemote || SafeUrl.TryParse(url, out _, out error) ? null : error;
    }

    private static string SafeUrlText(string url) => UrlRedaction.ApplyToUrl(url);

    private static Diagnostic NotEditable(string text) =>
        new("not-editable", $"`{text}` cannot be installed in editable mode: it is not a directory")
        {
            Hints = ["Leave `-e` out, or name the directory of a project"],
        };

    /// <summary>Adds what users most often meant.</summary>
    private static Diagnostic WithHints(Diagnostic error, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var isLone =
            equals > 0
            && !"=<>!~".Contains(text[equals - 1], StringComparison.Ordinal)
            && (equals + 1 >= text.Length || text[equals + 1] != '=');
        if (isLone && text[equals..] is ['=', '>' or '<', ..])
        {
            return error with
            {
                Message = $"`{text}`: {error.Message}",
                Hints = [.. error.Hints, $"Did you mean `{text[..equals]}{text[equals + 1]}={text[(equals + 2)..]}`?"],
            };
        }

        return isLone
            ? error with
            {
                Message = $"`{text}`: {error.Message}",
                Hints = [.. error.Hints, $"Did you mean `{text[..equals]}={text[equals..]}`?"],
            }
            : error;
    }
}
