using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Sources.Torch;

namespace Krait.Cli.Options;

/// <summary>The options on which releases are chosen.</summary>
internal static class SelectionOptions
{
    public static readonly Option Resolution = new(
        "resolution",
        OptionKind.Value,
        "Prefer the newest or the oldest versions"
    )
    {
        Default = "highest",
        ValueName = "MODE",
        Choices = ["highest", "lowest", "lowest-direct"],
        Variable = "RESOLUTION",
    };
    public static readonly Option Prerelease = new(
        "prerelease",
        OptionKind.Value,
        "Choose when pre-releases may be selected"
    )
    {
        Default = "if-necessary",
        ValueName = "MODE",
        Choices = ["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"],
        Variable = "PRERELEASE",
    };
    public static readonly Option PrereleasePackage = new(
        "prerelease-package",
        OptionKind.Values,
        "Choose when pre-releases of one package may be selected"
    )
    {
        ValueName = "PACKAGE=MODE",
    };
    public static readonly Option Pre = new("pre", OptionKind.Flag, "Allow pre-releases, as --prerelease allow does");
    public static readonly Option ExcludeNewer = new(
        "exclude-newer",
        OptionKind.Value,
        "Ignore files uploaded after this moment"
    )
    {
        Aliases = ["uploaded-prior-to"],
        ValueName = "DATE|DURATION",
        Variable = "EXCLUDE_NEWER",
    };
    public static readonly Option ExcludeNewerPackage = new(
        "exclude-newer-package",
        OptionKind.Values,
        "Ignore files of one package uploaded after this moment; `false` lifts the limit"
    )
    {
        ValueName = "PACKAGE=DATE",
    };
    public static readonly Option AllReleases = new(
        "all-releases",
        OptionKind.Values,
        "Allow pre-releases of these packages"
    )
    {
        ValueName = ":all:|:none:|PACKAGES",
    };
    public static readonly Option OnlyFinal = new(
        "only-final",
        OptionKind.Values,
        "Exclude pre-releases of these packages"
    )
    {
        ValueName = ":all:|:none:|PACKAGES",
    };
    public static readonly Option ForkStrategy = new(
        "fork-strategy",
        OptionKind.Value,
        "Choose the newest versions for each Python, or as few versions as possible"
    )
    {
        Default = "requires-python",
        ValueName = "STRATEGY",
        Choices = ["requires-python", "fewest"],
        Variable = "FORK_STRATEGY",
    };
    public static readonly Option IgnoreRequiresPython = new(
        "ignore-requires-python",
        OptionKind.Flag,
        "Requires-Python is always obeyed"
    )
    {
        IsHidden = true,
        Refused = "A version that does not support the interpreter is never taken; name another with `--python`",
    };
    public static readonly Option TorchBackend = new(
        "torch-backend",
        OptionKind.Value,
        "Take PyTorch from its own index, built for this accelerator; `auto` detects the one of this machine"
    )
    {
        ValueName = "BACKEND",
        Choices = [TorchPolicy.Automatic, .. TorchBackends.All],
        Variable = "TORCH_BACKEND",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        Resolution,
        Prerelease,
        PrereleasePackage,
        Pre,
        AllReleases,
        OnlyFinal,
        ExcludeNewer,
        ExcludeNewerPackage,
        ForkStrategy,
        IgnoreRequiresPython,
        TorchBackend,
    ];
}
