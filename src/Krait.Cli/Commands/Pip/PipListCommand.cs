using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip list`: what is installed, as a table, as pins or as JSON.</summary>
internal static class PipListCommand
{
    private static readonly Option Editable = new("editable", OptionKind.Flag, "List editable installs only")
    {
        Short = 'e',
    };
    private static readonly Option Outdated = new(
        "outdated",
        OptionKind.Flag,
        "List packages with a newer version only"
    )
    {
        Short = 'o',
    };
    private static readonly Option UpToDate = new(
        "uptodate",
        OptionKind.Flag,
        "List packages without a newer version only"
    )
    {
        Short = 'u',
    };
    private static readonly Option NotRequired = new(
        "not-required",
        OptionKind.Flag,
        "List packages that no other package requires only"
    );
    private static readonly Option Format = new("format", OptionKind.Value, "Choose the output format")
    {
        ValueName = "FORMAT",
        Choices = ["columns", "freeze", "json"],
    };

    public static Command Command { get; } =
        new("pip list", "List installed packages")
        {
            Options = () =>
                [
                    Editable,
                    Outdated,
                    UpToDate,
                    NotRequired,
                    Format,
                    InspectionOptions.Exclude,
                    InspectionOptions.ExcludeEditable,
                    InspectionOptions.Path,
                    .. ForeignOptions.Inspection,
                    PipOptions.Strict,
                    .. NewerReleases.Options,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (environment, packages) = await Inspection.ListAsync(context, arguments, cancellationToken);
        if (arguments.IsOn(Editable))
            packages = [.. packages.Where(p => p.EditableLocation is not null)];
        if (arguments.IsOn(NotRequired))
            packages = [.. packages.Where(p => p.RequiredBy.IsEmpty)];
        var format = arguments.Value(Format) ?? "columns";
        var wantsNewer = arguments.IsOn(Outdated);
        if (!wantsNewer && !arguments.IsOn(UpToDate))
        {
            Print(context, packages, format, newer: null);
            return 0;
        }

        if (wantsNewer && arguments.IsOn(UpToDate))
            throw new UsageException("`--outdated` and `--uptodate` cannot be used together", "Choose one of them");
        if (format is "freeze" && wantsNewer)
        {
            throw new UsageException(
                "`--format freeze` and `--outdated` cannot be used together",
                "Choose another format"
            );
        }

        var newer = await NewerReleases.FindAsync(context, arguments, environment, packages, cancellationToken);
        packages = [.. packages.Where(p => newer.ContainsKey(p) == wantsNewer)];
        Print(context, packages, format, wantsNewer ? newer : null);
        return 0;
    }

    private static void Print(
        KraitContext context,
        List<InstalledPackage> packages,
        string format,
        IReadOnlyDictionary<InstalledPackage, NewerRelease>? newer
    )
    {
        if (format is "json")
            context.Terminal.WriteResult(ToJson(packages, newer, context.Terminal.Verbosity >= Verbosity.Verbose));
        else if (format is "freeze")
            packages.ForEach(package => context.Terminal.WriteResult($"{package.DisplayName}=={package.VersionText}"));
        else
            PrintTable(context, packages, newer);
    }

    private static void PrintTable(
        KraitContext context,
        List<InstalledPackage> packages,
        IReadOnlyDictionary<InstalledPackage, NewerRelease>? newer
    )
    {
        if (packages.Count == 0)
            return;
        var columns = new List<(string Title, Func<InstalledPackage, string> Value)>
        {
            ("Package", package => package.DisplayName),
            ("Version", package => package.VersionText),
        };
        if (newer is not null)
        {
            columns.Add(("Latest", package => newer[package].Version.ToString()));
            columns.Add(("Type", package => newer[package].FileType));
        }

        if (packages.Any(package => package.EditableLocation is not null))
            columns.Add(("Editable project location", package => package.EditableLocation ?? ""));
        if (context.Terminal.Verbosity >= Verbosity.Verbose)
        {
            columns.Add(("Location", package => package.Distribution.Location));
            columns.Add(("Installer", package => package.Distribution.Installer ?? ""));
        }

        var rows = packages
            .Select(package => Row(column => column.Value(package)))
            .Prepend(Row(column => column.Title));
        var all = rows.ToList();
        all.Insert(1, [.. TextTable.Widths(all).Select(width => new string('-', width))]);
        TextTable.Write(context.Terminal, all, gap: 1);

        string[] Row(Func<(string Title, Func<InstalledPackage, string> Value), string> cell) =>
            [.. columns.Select(cell)];
    }

    private static string ToJson(
        List<InstalledPackage> packages,
        IReadOnlyDictionary<InstalledPackage, NewerRelease>? newer,
        bool isVerbose
    ) => JsonText.Of(writer => WriteJson(writer, packages, newer, isVerbose));

    private static void WriteJson(
        Utf8JsonWriter writer,
        List<InstalledPackage> packages,
        IReadOnlyDictionary<InstalledPackage, NewerRelease>? newer,
        bool isVerbose
    )
    {
        writer.WriteStartArray();
        foreach (var package in packages)
        {
            writer.WriteStartObject();
            writer.WriteString("name", package.DisplayName);
            writer.WriteString("version", package.VersionText);
            if (isVerbose)
            {
                writer.WriteString("location", package.Distribution.Location);
                writer.WriteString("installer", package.Distribution.Installer ?? "");
            }

            if (newer is not null)
            {
                writer.WriteString("latest_version", newer[package].Version.ToString());
                writer.WriteString("latest_filetype", newer[package].FileType);
            }

            if (package.EditableLocation is { } location)
                writer.WriteString("editable_project_location", location);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
