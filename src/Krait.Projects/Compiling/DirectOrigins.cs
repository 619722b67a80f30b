using System.Collections.Immutable;
using Krait.Build.Git;
using Krait.Packaging.Metadata;
using Krait.Projects.Resolving;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Compiling;

/// <summary>What the URLs and paths of a resolution turned out to be: a folder, a file, or one commit of a repository.</summary>
internal static class DirectOrigins
{
    /// <summary>The origins, by the text of the reference.</summary>
    public static async Task<ImmutableDictionary<string, DirectUrl>> FindAsync(
        ResolvingStep step,
        Resolution resolution,
        CancellationToken cancellationToken
    )
    {
        var origins = ImmutableDictionary.CreateBuilder<string, DirectUrl>(StringComparer.Ordinal);
        foreach (var candidate in resolution.Packages.Select(package => package.Candidate))
        {
            if (candidate.Direct is not { } reference)
                continue;
            var wheel = await step.Direct.ChooseAsync(reference, cancellationToken);
            if (wheel.DirectUrl is { } recorded && DirectUrl.TryParse(recorded, out var origin, out _))
                origins[reference.Url] = origin;
        }

        return origins.ToImmutable();
    }

    /// <summary>A reference to what is installed in place, as a pin repeats it: a repository with its commit and the name of the package.</summary>
    public static string PinnedInPlace(DirectReference reference, ImmutableDictionary<string, DirectUrl> origins)
    {
        var pinned = Pinned(reference, origins);
        if (!GitSource.IsGit(pinned) || pinned.Contains("egg=", StringComparison.Ordinal))
            return pinned;
        return $"{pinned}{(pinned.Contains('#', StringComparison.Ordinal) ? '&' : '#')}egg={reference.Name}";
    }

    /// <summary>A reference as a pin repeats it: of a repository, the commit that was found, whatever moves on there.</summary>
    public static string Pinned(DirectReference reference, ImmutableDictionary<string, DirectUrl> origins)
    {
        if (origins.GetValueOrDefault(reference.Url) is not DirectUrl.Repository repository)
            return reference.Url;
        // A name of a variable stays: what it stands for may be a secret.
        if (reference.Url.Contains("${", StringComparison.Ordinal))
            return reference.Url;
        var hash = reference.Url.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : reference.Url[hash..];
        return $"git+{repository.Url}@{repository.CommitId}{fragment}";
    }
}
