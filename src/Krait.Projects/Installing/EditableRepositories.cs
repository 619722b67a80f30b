using System.Collections.Immutable;
using Krait.Build.Git;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>Repositories that are asked for in place (`-e git+…`): each becomes a clone that stays, and the clone is installed in place.</summary>
/// <param name="folder">Where the clones are kept.</param>
/// <param name="options">How repositories are reached.</param>
/// <param name="variables">The variables that addresses may name.</param>
public sealed class EditableRepositories(
    string folder,
    GitOptions options,
    IReadOnlyDictionary<string, string> variables
)
{
    /// <summary>What may be done about something else at the place of a clone.</summary>
    public ImmutableArray<ExistingPathAction> Actions { get; init; } = [];

    /// <summary>The same inputs, with clones in the place of repositories.</summary>
    /// <param name="inputs">What is asked for.</param>
    /// <param name="markers">The environment that it is asked for.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="KraitException">A repository has no name, cannot be reached, or has no place.</exception>
    public async Task<RequirementSet> PlaceAsync(
        RequirementSet inputs,
        MarkerEnvironment markers,
        CancellationToken cancellationToken
    )
    {
        if (inputs.Unnamed.FirstOrDefault(one => one.IsEditable && GitSource.IsGit(one.Url)) is { } unnamed)
            throw new KraitException(Unnamed(unnamed.Url)) { Kind = FailureKind.UnusableInput };
        var roots = inputs.Roots.ToBuilder();
        for (var i = 0; i < roots.Count; i++)
        {
            var root = roots[i];
            if (IsWanted(root) && root.Requirement.Marker.Evaluate(markers))
                roots[i] = await PlaceAsync(inputs, root, cancellationToken);
        }

        return inputs with
        {
            Roots = roots.ToImmutable(),
        };
    }

    /// <summary>Whether something is a repository that is to be used in place.</summary>
    public static bool IsWanted(RootRequirement root) =>
        root is { IsEditable: true, Requirement.Url: { } url } && GitSource.IsGit(url);

    private async Task<RootRequirement> PlaceAsync(
        RequirementSet inputs,
        RootRequirement root,
        CancellationToken cancellationToken
    )
    {
        var url = LocalVariables.Of(inputs, variables).Expand(root.Requirement.Url!); // it is one of a repository
        if (!GitSource.TryParse(url, out var source, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        var place = Path.Join(folder, root.Requirement.Name.Value);
        await new GitWorkTree(place, options).PlaceAsync(source, Actions, cancellationToken);
        return root with { Requirement = root.Requirement.WithUrl(Path.Join(place, source.Subdirectory)) };
    }

    private static Diagnostic Unnamed(string url) =>
        new("unnamed-requirement", $"`{UrlRedaction.ApplyToUrl(url)}` does not say the name of its package")
        {
            Hints =
            [
                "Write `NAME @ URL`, or `#egg=NAME` behind the URL: the name is that of the directory of the clone",
            ],
        };
}
