using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Inputs;

/// <summary>
/// Reads one requirement as users write it: a requirement (PEP 508), or an address or path of a distribution, whose name then comes
/// from its file name.
/// </summary>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="variables">What `${NAME}` in addresses is looked up in.</param>
internal sealed class RequirementText(string workingFolder, IReadOnlyDictionary<string, string> variables)
{
    private static readonly string[] ProjectMarks = ["pyproject.toml", "setup.py"];

    /// <summary>Reads a requirement.</summary>
    /// <param name="verbatim">The text as it is written, with variables.</param>
    /// <param name="origin">Where it is written; null for the command line.</param>
    public bool TryParse(
        string verbatim,
        RequirementOrigin? origin,
        [NotNullWhen(true)] out RootRequirement? root,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        // A file from the network does not learn the variables of this machine.
        var text = (LocalVariables.IsRemote(origin) ? verbatim : VariableExpansion.Expand(verbatim, variables)).Trim();
        root = null;
        if (!RequestedTarget.TryParse(text, verbatim.Trim(), isEditable: false, out var target, out error))
        {
            error = WithHints(error, text);
            return false;
        }

        if (target is RequestedTarget.Unnamed unnamed)
        {
            root = FromLocation(unnamed, origin, out error);
            return root is not null;
        }

        var requirement = ((RequestedTarget.Named)target).Requirement;
        if (origin is null && IsRequirementsFile(text))
        {
            error = new Diagnostic("file-as-package", $"`{text}` is a file here, not a package")
            {
                Hints = [$"To read requirements from it, write `-r {text}`"],
            };
            return false;
        }

        root = new RootRequirement(KeepVariables(requirement, verbatim), origin);
        return true;
    }

    /// <summary>A path or address of a project cannot be installed without building it, which needs a source tree.</summary>
    public Diagnostic RefuseEditable(string text)
    {
        var path = Path.GetFullPath(text.Split('[')[0].Trim(), workingFolder);
        return FileStatus.TryRead(path, followLinks: true, out _) != FileError.None
            ? new Diagnostic("no-project", $"there is no project at `{text}`")
            : NeedsBuild(text);
    }

    private static Diagnostic NeedsBuild(string text) =>
        WheelsOnly.Refuse($"`{text}`") with
        {
            Hints = ["Build a wheel of it with `python -m build --wheel`, and give the wheel's path"],
        };

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

    /// <summary>A wheel says its name itself; anything else would have to be built to be known.</summary>
    private RootRequirement? FromLocation(
        RequestedTarget.Unnamed target,
        RequirementOrigin? origin,
        out Diagnostic? error
    )
    {
        var location = target.Location;
        if (target.Vcs is not null)
        {
            error = NeedsBuild(target.Verbatim);
            return null;
        }

        var fileName = Location.Of(location).FileName;
        if (!fileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
        {
            error = RefuseSource(target);
            return null;
        }

        if (!WheelFileName.TryParse(fileName, out var wheel, out error))
            return null;

        if (target.IsPath && FileStatus.TryRead(FullPath(location), followLinks: true, out _) != FileError.None)
        {
            error = new Diagnostic("no-file", $"there is no file `{location}`");
            return null;
        }

        var requirement = new Requirement(wheel.Name)
        {
            Extras = target.Extras,
            Marker = target.Marker,
            HasMarker = !target.Marker.IsTrue,
            Url = Written(target),
        };
        return new RootRequirement(requirement, origin);
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

    private string FullPath(string location) => Path.GetFullPath(location, workingFolder);

    private Diagnostic RefuseSource(RequestedTarget.Unnamed target)
    {
        var location = target.Location;
        if (!target.IsPath)
            return NeedsBuild(target.Verbatim);
        var path = FullPath(location);
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            return new Diagnostic("no-file", $"there is no file or folder `{location}`");
        var isProject =
            status.Kind == FileKind.File
            || ProjectMarks.Any(name =>
                FileStatus.TryRead(Path.Join(path, name), followLinks: true, out _) == FileError.None
            );
        return isProject
            ? NeedsBuild(target.Verbatim)
            : new Diagnostic("no-project", $"the folder `{location}` holds neither `pyproject.toml` nor `setup.py`");
    }

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
