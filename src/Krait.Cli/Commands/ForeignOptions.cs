using System.Collections.Immutable;
using Krait.Cli.Arguments;

namespace Krait.Cli.Commands;

/// <summary>Options of pip, pip-tools and uv that krait accepts without effect, or refuses with advice.</summary>
internal static class ForeignOptions
{
    private static Option Accepted(string name, string reason, OptionKind kind = OptionKind.Flag) =>
        new(name, kind, reason) { IsHidden = true, Ignored = reason };

    private static Option Refused(string name, string advice, OptionKind kind = OptionKind.Flag) =>
        new(name, kind, advice) { IsHidden = true, Refused = advice };

    /// <summary>Those of `pip install`.</summary>
    public static ImmutableArray<Option> Install { get; } =
    [
        Accepted("use-pep517", "nothing else is supported"),
        Accepted("no-warn-script-location", "krait does not warn of it"),
        Accepted("no-warn-conflicts", "krait tells conflicts once"),
        Accepted("root-user-action", "krait does not warn the root user", OptionKind.Value),
        Accepted("progress-bar", "use `--no-progress` to hide progress", OptionKind.Value),
        Accepted("no-clean", "krait leaves no build folders"),
        Accepted("require-virtualenv", "krait only changes virtual environments unless told otherwise"),
        Accepted("upgrade-strategy", "`--upgrade` upgrades everything that the result needs", OptionKind.Value),
        Refused("user", "Make an environment with `krait venv`; krait does not install into the user's folder"),
        Refused("root", "Use `--prefix DIR` or `--target DIR`", OptionKind.Value),
        Refused("ignore-installed", "Use `--reinstall` to install again what is there"),
    ];

    /// <summary>Those of `pip-compile`.</summary>
    public static ImmutableArray<Option> Compile { get; } =
    [
        Accepted("allow-unsafe", "no package is left out unless `--no-emit-package` names it"),
        Accepted("no-allow-unsafe", "leave packages out with `--no-emit-package`"),
        Accepted("no-reuse-hashes", "hashes come from the index"),
        Accepted("reuse-hashes", "hashes come from the index"),
        Accepted("resolver", "there is one resolver", OptionKind.Value),
        Accepted("max-rounds", "the resolver needs no rounds", OptionKind.Value),
        Accepted("no-emit-trusted-host", "trusted hosts are never written"),
        Accepted("emit-trusted-host", "trusted hosts are never written"),
        Accepted("no-emit-options", "options are only written where an `--emit-…` asks for it"),
        Accepted("no-emit-index-url", "index URLs are only written with `--emit-index-url`"),
        Accepted("no-emit-find-links", "find-links are only written with `--emit-find-links`"),
        Accepted("rebuild", "use `--refresh`"),
        Refused("pip-args", "Give the options to krait itself", OptionKind.Value),
        Refused("emit-options", "Use `--emit-index-url`, `--emit-find-links` and `--emit-build-options`"),
        Refused("client-cert", "Client certificates are not supported", OptionKind.Value),
        Refused("build-deps-for", "Build requirements cannot be compiled: nothing is built", OptionKind.Values),
        Refused("all-build-deps", "Build requirements cannot be compiled: nothing is built"),
    ];

    /// <summary>Those of `pip-sync`.</summary>
    public static ImmutableArray<Option> Sync { get; } =
    [
        Refused("ask", "krait never asks; look first with `--dry-run`"),
        Refused("python-executable", "Use `--python PATH`", OptionKind.Value),
        Refused("user-only", "krait does not install into the user's folder"),
        Refused("pip-args", "Give the options to krait itself", OptionKind.Value),
    ];
}
