using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Resolver.Python;

namespace Krait.Projects.Operations;

/// <summary>Makes the resolver's request from inputs and options.</summary>
internal static class RequestBuilder
{
    /// <summary>The request.</summary>
    /// <exception cref="KraitException">Digests are demanded and missing (exit code 2).</exception>
    public static ResolutionRequest Create(
        RequirementSet inputs,
        ResolveOptions options,
        ResolutionTarget target,
        ImmutableArray<Preference> preferences
    )
    {
        var caps = options
            .Upgrades.Where(pair => pair.Value is not null)
            .Select(pair => new Requirement(pair.Key) { Specifiers = pair.Value });
        return new ResolutionRequest
        {
            Requirements = inputs.Roots,
            Target = target,
            Constraints = [.. inputs.Constraints.Select(limit => limit.Requirement), .. caps],
            Overrides = [.. inputs.Overrides.Select(limit => limit.Requirement)],
            Excludes = inputs.Excludes,
            Mode = options.Mode,
            Prereleases = options.Prereleases,
            Files = WithFileOptions(options.Files, inputs),
            Cutoff = options.Cutoff,
            Preferences = [.. preferences.Where(preference => options.MayPrefer(preference.Name))],
            RequiredHashes = HashesOf(inputs, options),
            Conflicts = inputs.Settings.Conflicts,
            IgnoresDependencies = options.IgnoresDependencies,
        };
    }

    /// <summary>The digests that limit which files may be used: all or nothing where they are demanded.</summary>
    public static ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? HashesOf(
        RequirementSet inputs,
        ResolveOptions options
    )
    {
        if (!(options.RequiresHashes ?? inputs.RequiresHashes ?? false))
            return null;
        var bare = inputs
            .Roots.Where(root => !inputs.Hashes.ContainsKey(root.Requirement.Name) && !HasOwnHash(root.Requirement))
            .ToList();
        if (bare.Count == 0)
            return inputs.Hashes;
        throw new KraitException(
            new Diagnostic("hashes-missing", $"hashes are required, and `{bare[0].Requirement}` has none")
            {
                Notes = [.. bare.Skip(1).Select(root => $"neither has `{root.Requirement}`")],
                Hints = ["Compile the requirements with `krait pip compile --generate-hashes`"],
            }
        )
        {
            ExitCode = 2,
        };
    }

    private static bool HasOwnHash(Requirement requirement) =>
        requirement.Url?.Contains("#sha256=", StringComparison.Ordinal) ?? false;

    /// <summary>What requirements files say about wheels and sources is added to what the command line says.</summary>
    private static FilePolicy WithFileOptions(FilePolicy files, RequirementSet inputs)
    {
        foreach (var options in inputs.Options)
        {
            files = FilePolicies.Apply(files, options.NoBinary, options.OnlyBinary);
        }
        return files;
    }
}
