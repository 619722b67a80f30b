using System.Collections.Immutable;
using Krait.Cli.Arguments;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Resolver.Python;

namespace Krait.Cli.Commands;

/// <summary>Turns the options on choosing versions into a request.</summary>
internal static class ResolveArguments
{
    /// <summary>Where the requirements of a command stand.</summary>
    public static RequirementSources Sources(
        ParsedArguments arguments,
        ImmutableArray<string> packages,
        IEnumerable<string> files
    ) =>
        new()
        {
            Packages = packages,
            Editables = [.. arguments.Values(PipOptions.Editable)],
            Files = [.. files],
            Constraints = [.. arguments.Values(PipOptions.Constraints)],
            Overrides = [.. arguments.Values(PipOptions.Overrides)],
            Excludes = [.. arguments.Values(PipOptions.Excludes)],
            Extras = [.. arguments.Values(PipOptions.Extra)],
            IncludesAllExtras = arguments.IsOn(PipOptions.AllExtras),
            Groups = [.. arguments.Values(PipOptions.Group)],
        };

    /// <summary>How versions are chosen.</summary>
    /// <exception cref="KraitException">A value cannot be read (exit code 2).</exception>
    public static ResolveOptions Options(KraitContext context, ParsedArguments arguments, RequirementSet inputs)
    {
        var files = FilePolicies.Apply(
            FilePolicy.Default,
            arguments.Values(PipOptions.NoBinary),
            arguments.IsOn(PipOptions.NoBuild) ? [":all:"] : arguments.Values(PipOptions.OnlyBinary)
        );
        return new ResolveOptions
        {
            Mode = arguments.Value(PipOptions.Resolution)?.ToLowerInvariant() switch
            {
                "lowest" => ResolutionMode.Lowest,
                "lowest-direct" => ResolutionMode.LowestDirect,
                _ => ResolutionMode.Highest,
            },
            Prereleases = Prereleases(arguments, inputs),
            Files = files,
            Cutoff = Cutoff(context, arguments),
            IgnoresDependencies = arguments.IsOn(PipOptions.NoDeps),
            UpgradesAll = arguments.IsOn(PipOptions.Upgrade),
            Upgrades = arguments.Values(PipOptions.UpgradePackage).Select(ParseUpgrade).ToImmutableDictionary(),
            RequiresHashes = arguments.Switch(PipOptions.RequireHashes),
            ChecksHashes = !arguments.IsOn(PipOptions.NoVerifyHashes),
        };
    }

    private static PrereleasePolicy Prereleases(ParsedArguments arguments, RequirementSet inputs)
    {
        var allows = arguments.IsOn(PipOptions.Pre) || inputs.Options.Any(options => options.AllowsPrereleases);
        var policy = new PrereleasePolicy(
            allows ? PrereleaseMode.Allow : ParseMode(arguments.Value(PipOptions.Prerelease) ?? "if-necessary")
        );
        foreach (var text in arguments.Values(PipOptions.PrereleasePackage))
        {
            var (name, mode) = SplitAtEquals(text, "PACKAGE=MODE");
            policy = policy with
            {
                Packages = policy.Packages.SetItem(InspectionOptions.ParseName(name), ParseMode(mode)),
            };
        }
        return policy;
    }

    private static PrereleaseMode ParseMode(string text) =>
        text.ToLowerInvariant() switch
        {
            "allow" => PrereleaseMode.Allow,
            "disallow" => PrereleaseMode.Disallow,
            "explicit" => PrereleaseMode.Explicit,
            "if-necessary" or "if-necessary-or-explicit" => PrereleaseMode.IfNecessary,
            _ => throw new UsageException(
                $"`{text}` does not say when pre-releases may be chosen",
                "Use allow, disallow, explicit or if-necessary"
            ),
        };

    private static UploadCutoff Cutoff(KraitContext context, ParsedArguments arguments)
    {
        var cutoff = new UploadCutoff(
            arguments.Value(PipOptions.ExcludeNewer) is { } text ? Moments.Parse(text, context.Clock) : null
        );
        foreach (var pair in arguments.Values(PipOptions.ExcludeNewerPackage))
        {
            var (name, moment) = SplitAtEquals(pair, "PACKAGE=DATE");
            cutoff = cutoff with
            {
                Packages = cutoff.Packages.SetItem(
                    InspectionOptions.ParseName(name),
                    Moments.Parse(moment, context.Clock)
                ),
            };
        }
        return cutoff;
    }

    private static KeyValuePair<PackageName, SpecifierSet?> ParseUpgrade(string text) =>
        Requirement.TryParse(text, out var requirement, out var error)
            ? new(requirement.Name, requirement.Specifiers is { Clauses.IsEmpty: false } specifiers ? specifiers : null)
            : throw new KraitException(error) { ExitCode = 2 };

    private static (string Name, string Value) SplitAtEquals(string text, string form)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (text[..equals], text[(equals + 1)..])
            : throw new UsageException($"`{text}` is not of the form {form}");
    }
}
