using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Locking;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on extras, groups and members into a selection.</summary>
internal static class SelectionArguments
{
    private static readonly ExtraName Development = ExtraName.Parse("dev");

    /// <summary>Which parts of a workspace are meant.</summary>
    /// <exception cref="KraitException">A name cannot be read, or options contradict each other (unusable input).</exception>
    public static WantedParts Create(ParsedArguments arguments)
    {
        Refuse(arguments, ProjectOptions.AllPackages, ProjectOptions.Packages);
        Refuse(arguments, ProjectOptions.OnlyGroup, ProjectOptions.Extra);
        Refuse(arguments, ProjectOptions.OnlyGroup, ProjectOptions.AllExtras);
        Refuse(arguments, ProjectOptions.OnlyDev, ProjectOptions.NoDev);
        var excluded = Names(arguments, ProjectOptions.NoGroup);
        if (arguments.IsOn(ProjectOptions.NoDev))
            excluded = excluded.Add(Development);
        return new WantedParts
        {
            Extras = Names(arguments, ProjectOptions.Extra),
            AllExtras = arguments.IsOn(ProjectOptions.AllExtras),
            NoExtras = Names(arguments, ProjectOptions.NoExtra),
            Groups = Names(arguments, ProjectOptions.Group),
            AllGroups = arguments.IsOn(ProjectOptions.AllGroups),
            NoGroups = excluded,
            OnlyGroups = Names(arguments, ProjectOptions.OnlyGroup),
            NoDefaultGroups = arguments.IsOn(ProjectOptions.NoDefaultGroups),
            OnlyDevelopment = arguments.IsOn(ProjectOptions.OnlyDev),
            Packages =
            [
                .. arguments
                    .Values(ProjectOptions.Packages)
                    .Concat(arguments.Values(ProjectOptions.Package))
                    .Select(NameLists.ParseName)
                    .Distinct(),
            ],
            AllPackages = arguments.IsOn(ProjectOptions.AllPackages),
        };
    }

    /// <summary>What is left out of the environment.</summary>
    public static LockOmissions Omissions(ParsedArguments arguments)
    {
        Option[] only =
        [
            WorkspaceOptions.OnlyInstallProject,
            WorkspaceOptions.OnlyInstallWorkspace,
            WorkspaceOptions.OnlyInstallLocal,
            WorkspaceOptions.OnlyInstallPackage,
        ];
        var isOnly = Array.Exists(only, arguments.WasGiven);
        return new LockOmissions
        {
            IsOnly = isOnly,
            Projects = arguments.IsOn(isOnly ? WorkspaceOptions.OnlyInstallProject : WorkspaceOptions.NoInstallProject),
            Members = arguments.IsOn(
                isOnly ? WorkspaceOptions.OnlyInstallWorkspace : WorkspaceOptions.NoInstallWorkspace
            ),
            Local = arguments.IsOn(isOnly ? WorkspaceOptions.OnlyInstallLocal : WorkspaceOptions.NoInstallLocal),
            Packages =
            [
                .. arguments
                    .Values(isOnly ? WorkspaceOptions.OnlyInstallPackage : WorkspaceOptions.NoInstallPackage)
                    .Select(NameLists.ParseName),
            ],
            NoEditable = arguments.IsOn(ProjectOptions.NoEditable),
            NoEditablePackages = [.. arguments.Values(ProjectOptions.NoEditablePackage).Select(NameLists.ParseName)],
        };
    }

    private static ImmutableArray<ExtraName> Names(ParsedArguments arguments, Option option) =>
        [
            .. arguments
                .Values(option)
                .Select(text =>
                    ExtraName.TryParse(text, out var name, out var error)
                        ? name
                        : throw new KraitException(error) { Kind = FailureKind.UnusableInput }
                ),
        ];

    private static void Refuse(ParsedArguments arguments, Option one, Option other)
    {
        if (arguments.WasGiven(one) && arguments.WasGiven(other))
            throw new UsageException($"`--{one.Name}` and `--{other.Name}` cannot be used together");
    }
}
