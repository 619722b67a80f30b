using System.Collections.Frozen;
using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>What inputs say about URLs and paths.</summary>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="inputs">What is asked for.</param>
/// <param name="variables">The environment variables.</param>
public sealed class DirectInputs(
    string workingFolder,
    RequirementSet inputs,
    IReadOnlyDictionary<string, string> variables
)
{
    private readonly LocalVariables local = LocalVariables.Of(inputs, variables);
    private FrozenDictionary<string, string>? written;

    /// <summary>The digests that the input allows beside those in the addresses, by name; null where none are checked.</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? Allowed { get; init; }

    /// <summary>The one machine that wheels are chosen for; null where they are for many.</summary>
    public ResolutionTarget.Specific? Target { get; init; }

    /// <summary>What relative paths start from.</summary>
    public string WorkingFolder => workingFolder;

    /// <summary>What the user wants of the tables of sources of projects.</summary>
    public RequirementSources Sources => inputs.Sources;

    /// <summary>A URL with its variables filled in where it may have any.</summary>
    public string Expand(string url) => local.Expand(url);

    /// <summary>Whether the user names a URL or path: then it is the user who says whether it is editable.</summary>
    public bool IsStated(string url) =>
        inputs.Roots.Any(root => string.Equals(root.Requirement.Url, url, StringComparison.Ordinal));

    /// <summary>Whether what is asked for in place is installed so, and not as a copy.</summary>
    public bool MayBeEditable(PackageName name) =>
        !inputs.Sources.IgnoresEditables && !inputs.Sources.UneditablePackages.Contains(name);

    /// <summary>A path as the user has written it where that leads to the same place: then the two are one.</summary>
    public string AsWritten(string url)
    {
        written ??= inputs
            .Roots.Select(root => root.Requirement.Url)
            .OfType<string>()
            .Select(text => (Text: text, Path: PathOf(Expand(text))))
            .Where(pair => pair.Path is not null)
            .GroupBy(pair => pair.Path!, StringComparer.Ordinal) // filtered before
            .ToFrozenDictionary(group => group.Key, group => group.First().Text, StringComparer.Ordinal);
        return PathOf(url) is { } path && written.TryGetValue(path, out var own) ? own : url;
    }

    private string? PathOf(string text)
    {
        var location = Location.Of(text);
        return location.Fragment.Length == 0 && location.TryGetLocalPath(workingFolder, out var path)
            ? Path.TrimEndingDirectorySeparator(path)
            : null;
    }
}
