using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Health;

/// <summary>The options on what a smoke check tries, and for how long.</summary>
internal static class SmokeOptions
{
    public static readonly Option Module = new("module", OptionKind.Values, "Also import this module")
    {
        Short = 'm',
        ValueName = "MODULE",
    };
    public static readonly Option Command = new(
        "command",
        OptionKind.Values,
        "Also run this command in the environment"
    )
    {
        ValueName = "COMMAND",
    };
    public static readonly Option TimeLimit = new(
        "time-limit",
        OptionKind.Value,
        "Give up on a package, module or command after this many seconds"
    )
    {
        Default = "60",
        ValueName = "SECONDS",
    };
    public static readonly Option MemoryLimit = new(
        "memory-limit",
        OptionKind.Value,
        "Let each child interpreter use this much memory, as `512M` or `8G`; 0 sets no limit"
    )
    {
        Default = "8G",
        ValueName = "SIZE",
    };
    public static readonly Option Jobs = new("jobs", OptionKind.Value, "Run this many child interpreters at once")
    {
        Short = 'j',
        Default = "the number of processors",
        ValueName = "N",
    };
    public static readonly Option JUnit = new(
        "junit",
        OptionKind.Value,
        "Also write the results to this file, as JUnit XML"
    )
    {
        ValueName = "FILE",
    };
    public static readonly Option Smoke = new(
        "smoke",
        OptionKind.Flag,
        "Afterwards, check that every package can be imported, as `krait smoke` does"
    );
    public static readonly Option RollBack = new(
        "rollback-on-failure",
        OptionKind.Flag,
        "With --smoke: put the environment back as it was if the check fails"
    );

    /// <summary>The options on limits.</summary>
    public static ImmutableArray<Option> Limits { get; } = [TimeLimit, MemoryLimit, Jobs];
}
