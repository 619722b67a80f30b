using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Distributions;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Resolver.Python;

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
    private static readonly string[] ArchiveSuffixes = [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"];

    /// <summary>Reads a requirement.</summary>
    /// <param name="verbatim">The text as it is written, with variables.</param>
    /// <param name="origin">Where it stands; null for the command line.</param>
    public bool TryParse(
        string verbatim,
        string? origin,
        [NotNullWhen(true)] out RootRequirement? root,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var text = VariableExpansion.Expand(verbatim, variables).Trim();
        if (LooksLikeLocation(text))
            return TryParseLocation(verbatim.Trim(), text, origin, out root, out error);
        root = null;
        if (!Requirement.TryParse(text, out var requirement, out error))
        {
            error = WithHints(error, text);
            return false;
        }
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
        return FileStatus.TryRead(path, followLinks: true, out _) != Errno.None
            ? new Diagnostic("no-project", $"there is no project at `{text}`")
            : NeedsBuild(text);
    }

    private static Diagnostic NeedsBuild(string text) =>
        new("needs-build", $"`{text}` has to be built, and this version of krait installs wheels only")
        {
            Hints = ["Build a wheel of it with `python -m build --wheel`, and give the wheel's path"],
        };

    private bool IsRequirementsFile(string text) =>
        (
            text.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
            || text.EndsWith(".in", StringComparison.OrdinalIgnoreCase)
        )
        && FileStatus.TryRead(Path.GetFullPath(text, workingFolder), followLinks: true, out var status) == Errno.None
        && status.Kind == FileKind.File;

    /// <summary>An address keeps the variables that the user wrote, for output; whoever fetches it expands them.</summary>
    private static Requirement KeepVariables(Requirement requirement, string verbatim)
    {
        if (requirement.Url is null || !verbatim.Contains("${", StringComparison.Ordinal))
            return requirement;
        return Requirement.TryParse(verbatim, out var written, out _) ? written : requirement;
    }

    private static bool LooksLikeLocation(string text)
    {
        var first = text.AsSpan();
        var end = first.IndexOfAny(" \t;");
        if (end >= 0)
            first = first[..end];
        // `name @ https://…` and `name@https://…` are requirements.
        var at = first.IndexOf('@');
        var scheme = first.IndexOf("://");
        if (at > 0 && (scheme < 0 || at < scheme) && !first[..at].Contains('/'))
            return false;
        return scheme > 0
            || first.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            || first is ['.', ..] or ['/', ..] or ['~', '/', ..]
            || first.Contains('/')
            || HasArchiveSuffix(first);
    }

    private static bool HasArchiveSuffix(ReadOnlySpan<char> text)
    {
        var bracket = text.IndexOf('[');
        var name = bracket < 0 ? text : text[..bracket];
        foreach (var suffix in ArchiveSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private bool TryParseLocation(
        string verbatim,
        string text,
        string? origin,
        [NotNullWhen(true)] out RootRequirement? root,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        root = null;
        var (location, rest) = SplitLocation(text);
        var (written, _) = SplitLocation(verbatim);
        var path = location.Split('#')[0].Split('?')[0];
        var fileName = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        if (!fileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
        {
            error = RefuseSource(location, text);
            return false;
        }
        if (!WheelFileName.TryParse(fileName, out var wheel, out error))
            return false;
        var isLocal =
            !location.Contains("://", StringComparison.Ordinal)
            && !location.StartsWith("file:", StringComparison.Ordinal);
        if (
            isLocal
            && FileStatus.TryRead(Path.GetFullPath(location, workingFolder), followLinks: true, out _) != Errno.None
        )
        {
            error = new Diagnostic("no-file", $"there is no file `{location}`");
            return false;
        }
        // The requirement's own grammar reads extras and marker.
        if (!Requirement.TryParse($"{wheel.Name.Value}{rest}", out var requirement, out error))
            return false;
        var named = new Requirement(wheel.Name)
        {
            Extras = requirement.Extras,
            Marker = requirement.Marker,
            HasMarker = requirement.HasMarker,
            Url = written,
        };
        root = new RootRequirement(named, origin);
        return true;
    }

    /// <summary>Cuts extras and marker from a location: `./x.whl[extra] ; marker`.</summary>
    private static (string Location, string Tail) SplitLocation(string text)
    {
        var semicolon = text.IndexOf(" ;", StringComparison.Ordinal);
        var location = semicolon < 0 ? text : text[..semicolon].TrimEnd();
        var marker = semicolon < 0 ? "" : text[semicolon..];
        var bracket = location.EndsWith(']') ? location.LastIndexOf('[') : -1;
        return bracket < 0 ? (location, marker) : (location[..bracket], location[bracket..] + marker);
    }

    private Diagnostic RefuseSource(string location, string text)
    {
        if (
            location.Contains("://", StringComparison.Ordinal) || location.StartsWith("file:", StringComparison.Ordinal)
        )
        {
            return NeedsBuild(text);
        }
        var path = Path.GetFullPath(location, workingFolder);
        if (FileStatus.TryRead(path, followLinks: true, out var status) != Errno.None)
            return new Diagnostic("no-file", $"there is no file or folder `{location}`");
        var isProject =
            status.Kind == FileKind.File
            || ProjectMarks.Any(name =>
                FileStatus.TryRead(Path.Join(path, name), followLinks: true, out _) == Errno.None
            );
        return isProject
            ? NeedsBuild(text)
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
