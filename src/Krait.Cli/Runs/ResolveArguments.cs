using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Cli.Runs;

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
            BuildConstraints = [.. arguments.Values(BuildOptions.Constraints)],
            Overrides = [.. arguments.Values(PipOptions.Overrides)],
            IgnoresEditables = arguments.IsOn(PipOptions.NoEditable),
            UneditablePackages =
            [
                .. NameLists.Split(arguments.Values(PipOptions.NoEditablePackage)).Select(NameLists.ParseName),
            ],
            Excludes = [.. arguments.Values(PipOptions.Excludes)],
            Extras = [.. arguments.Values(PipOptions.Extra)],
            IncludesAllExtras = arguments.IsOn(PipOptions.AllExtras),
            Groups = [.. arguments.Values(PipOptions.Group)],
            Scripts = [.. arguments.Values(PipOptions.Script)],
            UpgradedGroups = [.. arguments.Values(PipOptions.UpgradeGroup)],
            IgnoresSources = arguments.IsOn(PipOptions.NoSources),
            SourcelessPackages =
            [
                .. NameLists.Split(arguments.Values(PipOptions.NoSourcesPackage)).Select(NameLists.ParseName),
            ],
        };

    /// <summary>The packages that `--upgrade-package` names.</summary>
    public static IEnumerable<PackageName> UpgradedPackages(ParsedArguments arguments) =>
        arguments.Values(PipOptions.UpgradePackage).Select(text => ParseUpgrade(text).Key);

    /// <summary>How versions are chosen.</summary>
    /// <exception cref="KraitException">A value cannot be read (unusable input).</exception>
    public static ResolveOptions Options(KraitContext context, ParsedArguments arguments, RequirementSet inputs)
    {
        var files = FilePolicies.Apply(FilePolicy.Default, FileRules(arguments));
        if (arguments.IsOn(PipOptions.NoBuild))
            files = files with { NoBuild = true, BuildPackages = [] };
        var isLazy = arguments.Value(PipOptions.UpgradeStrategy) is "only-if-needed";
        return new ResolveOptions
        {
            Mode = ModeOf(arguments.Value(SelectionOptions.Resolution)),
            Lookahead = FeatureSwitches.Read(arguments).Lookahead(ClientArguments.PrefetchDepth(arguments)),
            Prereleases = Prereleases(arguments, inputs),
            Files = files,
            Cutoff = Cutoff(context, arguments),
            IgnoresDependencies = arguments.IsOn(PipOptions.NoDeps),
            UpgradesAll = arguments.IsOn(PipOptions.IgnoreInstalled) || (arguments.IsOn(PipOptions.Upgrade) && !isLazy),
            Upgrades = Upgrades(arguments, inputs, isLazy),
            UpgradesFrom = "from --upgrade-package",
            RequiresHashes = arguments.Switch(PipOptions.RequireHashes),
            OneHashDemandsAll = true,
            ChecksHashes = !arguments.IsOn(PipOptions.NoVerifyHashes),
        };
    }

    /// <summary>The resolution mode that a word names; the highest versions by default.</summary>
    public static ResolutionMode ModeOf(string? word) =>
        word?.ToLowerInvariant() switch
        {
            "lowest" => ResolutionMode.Lowest,
            "lowest-direct" => ResolutionMode.LowestDirect,
            _ => ResolutionMode.Highest,
        };

    /// <summary>The lists of `--no-binary` and `--only-binary`: in the order in which they were typed, as each may undo the other.</summary>
    private static IEnumerable<(bool IsNoBinary, string List)> FileRules(ParsedArguments arguments)
    {
        var noBinary = arguments.Values(PipOptions.NoBinary).Select(list => (true, list));
        var onlyBinary = arguments.Values(PipOptions.OnlyBinary).Select(list => (false, list));
        var isTyped = arguments.WasGiven(PipOptions.NoBinary) && arguments.WasGiven(PipOptions.OnlyBinary);
        return !isTyped
            ? noBinary.Concat(onlyBinary)
            : arguments
                .Typed.Where(use => use.Option == PipOptions.NoBinary || use.Option == PipOptions.OnlyBinary)
                .Select(use => (use.Option == PipOptions.NoBinary, use.Value ?? ""));
    }

    /// <summary>What loses its earlier version: what is named, whole groups, and for a lazy `--upgrade` what is asked for.</summary>
    private static ImmutableDictionary<PackageName, SpecifierSet?> Upgrades(
        ParsedArguments arguments,
        RequirementSet inputs,
        bool isLazy
    )
    {
        var upgrades = ImmutableDictionary.CreateBuilder<PackageName, SpecifierSet?>();
        foreach (var name in inputs.UpgradedPackages)
            upgrades[name] = null;
        if (isLazy && arguments.IsOn(PipOptions.Upgrade))
        {
            foreach (var root in inputs.Roots)
                upgrades[root.Requirement.Name] = null;
        }

        foreach (var (name, limit) in arguments.Values(PipOptions.UpgradePackage).Select(ParseUpgrade))
            upgrades[name] = limit;
        return upgrades.ToImmutable();
    }

    private static PrereleasePolicy Prereleases(ParsedArguments arguments, RequirementSet inputs)
    {
        var allows = arguments.IsOn(SelectionOptions.Pre) || inputs.Options.Any(options => options.AllowsPrereleases);
        var policy = new PrereleasePolicy(
            allows ? PrereleaseMode.Allow : ParseMode(arguments.Value(SelectionOptions.Prerelease) ?? "if-necessary")
        );
        policy = WithReleaseLists(arguments, policy);
        foreach (var text in arguments.Values(SelectionOptions.PrereleasePackage))
        {
            var (name, mode) = SplitAtEquals(text, "PACKAGE=MODE");
            policy = policy with { Packages = policy.Packages.SetItem(NameLists.ParseName(name), ParseMode(mode)) };
        }

        return policy;
    }

    /// <summary>`--all-releases` and `--only-final`: lists of packages, of which the later element counts.</summary>
    private static PrereleasePolicy WithReleaseLists(ParsedArguments arguments, PrereleasePolicy policy)
    {
        if (arguments.IsOn(SelectionOptions.Pre) && arguments.Typed.Any(use => IsReleaseList(use.Option)))
        {
            throw new UsageException(
                "`--pre` excludes `--all-releases` and `--only-final`",
                "Write `--all-releases :all:` in place of `--pre`"
            );
        }

        foreach (var use in arguments.Typed.Where(use => IsReleaseList(use.Option)))
        {
            var isAllowed = use.Option == SelectionOptions.AllReleases;
            var mode = isAllowed ? PrereleaseMode.Allow : PrereleaseMode.Disallow;
            foreach (var text in NameLists.Split([use.Value ?? ""]))
            {
                policy = text switch
                {
                    NameLists.All => new PrereleasePolicy(mode),
                    NameLists.None => policy with
                    {
                        Mode = policy.Mode == mode ? PrereleaseMode.IfNecessary : policy.Mode,
                        Packages = policy.Packages.RemoveRange(
                            policy.Packages.Where(pair => pair.Value == mode).Select(pair => pair.Key)
                        ),
                    },
                    _ => policy with { Packages = policy.Packages.SetItem(NameLists.ParseName(text), mode) },
                };
            }
        }

        return policy;
    }

    private static bool IsReleaseList(Option option) =>
        option == SelectionOptions.AllReleases || option == SelectionOptions.OnlyFinal;

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

    /// <summary>Which files are too new to be seen.</summary>
    /// <exception cref="KraitException">A moment cannot be read (unusable input).</exception>
    public static UploadCutoff Cutoff(KraitContext context, ParsedArguments arguments)
    {
        var cutoff = new UploadCutoff(
            arguments.Value(SelectionOptions.ExcludeNewer) is { } text
                ? Moments.Parse(text, arguments.NameOf(SelectionOptions.ExcludeNewer), context.Clock)
                : null
        );
        foreach (var pair in arguments.Values(SelectionOptions.ExcludeNewerPackage))
        {
            var (name, moment) = SplitAtEquals(pair, "PACKAGE=DATE");
            cutoff = cutoff with
            {
                Packages = cutoff.Packages.SetItem(
                    NameLists.ParseName(name),
                    Moments.Parse(moment, arguments.NameOf(SelectionOptions.ExcludeNewerPackage), context.Clock)
                ),
            };
        }

        return cutoff;
    }

    private static KeyValuePair<PackageName, SpecifierSet?> ParseUpgrade(string text) =>
        Requirement.TryParse(text, out var requirement, out var error)
            ? new(requirement.Name, requirement.Specifiers is { Clauses.IsEmpty: false } specifiers ? specifiers : null)
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };

    private static (string Name, string Value) SplitAtEquals(string text, string form)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? (text[..equals], text[(equals + 1)..])
            : throw new UsageException($"`{text}` is not of the form {form}");
    }
}
