using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip show`: the metadata of installed packages.</summary>
internal static class PipShowCommand
{
    private static readonly Option Files = new("files", OptionKind.Flag, "List the installed files, too")
    {
        Short = 'f',
    };

    public static Command Command { get; } =
        new("pip show", "Show the metadata of installed packages")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    Files,
                    InspectionJson.Format,
                    PipOptions.Strict,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    InspectionOptions.Path,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals.Count == 0)
            throw new KraitException(new Diagnostic("nothing-named", "name a package to show"));
        var names = arguments.Positionals.Select(NameLists.ParseName).Distinct().ToList();
        var (_, packages) = await Inspection.ListAsync(context, arguments, cancellationToken);
        var found = packages.Where(package => names.Contains(package.Name)).ToList();
        var missing = names.Except(found.Select(package => package.Name)).ToList();
        if (found.Count == 0)
            throw new KraitException(NotInstalled(missing));
        if (missing.Count > 0)
        {
            DiagnosticRenderer.WriteWarning(context.Terminal, NotInstalled(missing));
        }

        if (InspectionJson.IsWanted(arguments))
        {
            InspectionJson.WriteShow(context.Terminal, found, arguments.IsOn(Files));
            return ExitCodes.Done;
        }

        context.Terminal.WriteText(
            string.Join(
                "---\n",
                found.Select(package =>
                    Describe(package, arguments.IsOn(Files), context.Terminal.Verbosity >= Verbosity.Verbose)
                )
            )
        );
        return 0;
    }

    private static Diagnostic NotInstalled(List<Packaging.Names.PackageName> names)
    {
        var shown = string.Join(", ", names.Select(name => $"`{name}`"));
        return new Diagnostic("not-installed", $"{shown} {(names.Count == 1 ? "is" : "are")} not installed")
        {
            Hints = ["`krait pip list` shows what is"],
        };
    }

    private static string Describe(InstalledPackage package, bool withFiles, bool isVerbose)
    {
        var raw = RawMetadata.Parse(package.Distribution.ReadMetadata());
        var text = new StringBuilder();
        void Add(string title, string? value) =>
            text.Append(title).Append(':').Append(value is { Length: > 0 } ? " " + value : "").Append('\n');
        Add("Name", package.DisplayName);
        Add("Version", package.VersionText);
        Add("Summary", raw.Text("summary"));
        Add("Home-page", raw.Text("home_page"));
        Add("Author", raw.Text("author"));
        Add("Author-email", raw.Text("author_email"));
        if (raw.Text("license_expression") is { } expression)
            Add("License-Expression", expression);
        else
            Add("License", raw.Text("license"));
        Add("Location", package.Distribution.Location);
        if (package.EditableLocation is { } location)
            Add("Editable project location", location);
        Add(
            "Requires",
            string.Join(
                ", ",
                package
                    .Requirements.Select(r => r.Requirement.Name.Value)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
            )
        );
        Add("Required-by", string.Join(", ", package.RequiredBy.Select(p => p.DisplayName)));
        if (isVerbose)
            AppendDetails(text, package, raw);
        if (withFiles)
            AppendFiles(text, package);
        return text.ToString();
    }

    private static void AppendDetails(StringBuilder text, InstalledPackage package, RawMetadata raw)
    {
        text.Append("Metadata-Version: ").Append(raw.Text("metadata_version")).Append('\n');
        text.Append("Installer: ").Append(package.Distribution.Installer).Append('\n');
        AppendList(text, "Classifiers", raw.List("classifiers"));
        var entryPoints = Encoding.UTF8.GetString(package.Distribution.ReadEntryPoints());
        AppendList(text, "Entry-points", entryPoints.Split('\n').Where(line => line.Trim().Length > 0));
        AppendList(text, "Project-URLs", (raw.ProjectUrls ?? []).Select(pair => $"{pair.Key}, {pair.Value}"));
    }

    private static void AppendList(StringBuilder text, string title, IEnumerable<string> items)
    {
        text.Append(title).Append(":\n");
        foreach (var item in items)
            text.Append("  ").Append(item.TrimEnd()).Append('\n');
    }

    private static void AppendFiles(StringBuilder text, InstalledPackage package)
    {
        text.Append("Files:\n");
        foreach (var path in FilesOf(package) ?? [])
            text.Append("  ").Append(path).Append('\n');
    }

    /// <summary>The files that RECORD lists, in order; null where it cannot be read.</summary>
    public static IEnumerable<string>? FilesOf(InstalledPackage package) =>
        RecordFile.TryParse(package.Distribution.ReadRecord(), out var entries, out _, out _)
            ? entries.Select(entry => entry.Path).Order(StringComparer.Ordinal)
            : null;
}
