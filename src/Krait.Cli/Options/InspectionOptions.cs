using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of the commands that look into an environment.</summary>
internal static class InspectionOptions
{
    public static readonly Option Exclude = new("exclude", OptionKind.Values, "Leave out this package")
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option ExcludeEditable = new(
        "exclude-editable",
        OptionKind.Flag,
        "Leave out editable installs"
    )
    {
        Opposite = "include-editable",
    };
    public static readonly Option Path = new(
        "path",
        OptionKind.Values,
        "Look into this directory of packages instead of the environment"
    )
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
    };
}
