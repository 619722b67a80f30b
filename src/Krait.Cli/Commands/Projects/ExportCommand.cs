using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Compiling;
using Krait.Projects.Exporting;
using Krait.Projects.Locking;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait export`.</summary>
internal static class ExportCommand
{
    private static readonly Option Format = new("format", OptionKind.Value, "Write this format")
    {
        Choices = ["requirements.txt", "requirements-txt", "pylock.toml", "cyclonedx1.5"],
        Default = "requirements.txt",
    };
    private static readonly Option Output = new("output-file", OptionKind.Value, "Write to this file, too")
    {
        Short = 'o',
        ValueName = "FILE",
    };
    private static readonly Option NoHashes = new("no-hashes", OptionKind.Flag, "Leave hashes out")
    {
        Opposite = "hashes",
    };
    private static readonly Option NoAnnotate = new(
        "no-annotate",
        OptionKind.Flag,
        "Leave out what requires each package"
    )
    {
        Opposite = "annotate",
    };
    private static readonly Option NoHeader = new("no-header", OptionKind.Flag, "Leave out the comment at the top")
    {
        Opposite = "header",
    };
    private static readonly Option Prune = new(
        "prune",
        OptionKind.Values,
        "Leave out this package and what nothing else requires"
    )
    {
        ValueName = "PACKAGE",
    };
    private static readonly Option EmitIndexUrl = new(
        "emit-index-url",
        OptionKind.Flag,
        "Write the indexes into the requirements file"
    )
    {
        Opposite = "no-emit-index-url",
    };
    private static readonly Option EmitFindLinks = new(
        "emit-find-links",
        OptionKind.Flag,
        "Write the directories of --find-links into the requirements file"
    )
    {
        Opposite = "no-emit-find-links",
    };

    private static readonly Option NoEmitProject = Named(WorkspaceOptions.NoInstallProject);
    private static readonly Option NoEmitWorkspace = Named(WorkspaceOptions.NoInstallWorkspace);
    private static readonly Option NoEmitLocal = Named(WorkspaceOptions.NoInstallLocal);
    private static readonly Option NoEmitPackage = Named(WorkspaceOptions.NoInstallPackage);
    private static readonly Option OnlyEmitProject = Named(WorkspaceOptions.OnlyInstallProject);
    private static readonly Option OnlyEmitWorkspace = Named(WorkspaceOptions.OnlyInstallWorkspace);
    private static readonly Option OnlyEmitLocal = Named(WorkspaceOptions.OnlyInstallLocal);
    private static readonly Option OnlyEmitPackage = Named(WorkspaceOptions.OnlyInstallPackage);

    public static Command Command { get; } =
        new("export", "Write the lock file in another format")
        {
            Options = () =>
                [
                    Format,
                    Output,
                    .. ProjectOptions.Selection,
                    ProjectOptions.NoEditable,
                    ProjectOptions.NoEditablePackage,
                    Prune,
                    NoHashes,
                    NoAnnotate,
                    NoHeader,
                    EmitIndexUrl,
                    EmitFindLinks,
                    NoEmitProject,
                    NoEmitWorkspace,
                    NoEmitLocal,
                    NoEmitPackage,
                    OnlyEmitProject,
                    OnlyEmitWorkspace,
                    OnlyEmitLocal,
                    OnlyEmitPackage,
                    .. ProjectOptions.Locking,
                    ProjectOptions.Packages,
                    ProjectOptions.AllPackages,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    .. WorkspaceOptions.Resolving,
                    PipOptions.LinkMode,
                ],
            RunAsync = RunAsync,
        };

    private static Option Named(Option option) =>
        option with
        {
            Name = option.Name.Replace("install", "emit", StringComparison.Ordinal),
            Variable = null,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var format = FormatOf(context, arguments);
        ScriptPlace.RefuseProjectOptions(arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        using var project = await ProjectRun.OpenAsync(
            context,
            arguments,
            run,
            changes: ProjectRun.UseOf(arguments) == LockUse.Update,
            cancellationToken
        );
        var request = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var units = new LockUnits(project.Workspace);
        var selection = ProjectSelection.Choose(project.Workspace, units, SelectionArguments.Create(arguments));
        selection.RefuseConflicts(LockInputsReader.Read(project.Workspace, request.Options), environment: null);
        var answer = await new LockOperation(await project.CreateBenchAsync(request, cancellationToken)).RunAsync(
            request,
            isDryRun: !project.KeepsLock,
            cancellationToken
        );
        run.Display.Stop();
        if (answer is LockAnswer.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var parts = LockedParts.Choose(
            ((LockAnswer.Ready)answer).Lock,
            project.Workspace,
            units,
            selection,
            Omissions(arguments),
            arguments.Values(Prune).Select(NameLists.ParseName).ToHashSet()
        );
        var file = arguments.Value(Output) is { } named ? Path.GetFullPath(named, context.WorkingFolder) : null;
        var text = Text(context, arguments, parts, format, Path.GetDirectoryName(file) ?? context.WorkingFolder);
        if (file is not null)
            AtomicFile.Write(file, System.Text.Encoding.UTF8.GetBytes(text), durable: false);
        if (file is null || context.Terminal.Verbosity > Verbosity.Silent)
            context.Terminal.WriteExact(text);
        return ExitCodes.Done;
    }

    private static string Text(
        KraitContext context,
        ParsedArguments arguments,
        LockedParts parts,
        string format,
        string folder
    )
    {
        switch (format)
        {
            case "pylock.toml":
                string[] header = arguments.IsOn(NoHeader) ? [] : Header(arguments);
                return PylockExport.Build(parts, folder).Write(header);
            case "cyclonedx1.5":
                return CycloneDxExport.Write(parts, ProductVersion.Number);
            default:
                var layout = new RequirementsLayout
                {
                    HeaderCommand = arguments.IsOn(NoHeader) ? null : CommandText(arguments),
                    Annotates = !arguments.IsOn(NoAnnotate),
                    OptionLines = [.. OptionLines(context, arguments, parts)],
                };
                return RequirementsWriter.Write(
                    RequirementsExport.Lines(parts, !arguments.IsOn(NoHashes), folder),
                    layout
                );
        }
    }

    private static IEnumerable<string> OptionLines(KraitContext context, ParsedArguments arguments, LockedParts parts)
    {
        if (arguments.IsOn(EmitIndexUrl))
        {
            var indexes = parts
                .Packages.Select(part => part.Package.Index)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal);
            var isFirst = true;
            foreach (var index in indexes)
            {
                yield return isFirst ? $"--index-url {index}" : $"--extra-index-url {index}";
                isFirst = false;
            }
        }

        if (!arguments.IsOn(EmitFindLinks))
            yield break;
        foreach (var links in arguments.Values(IndexOptions.FindLinks))
            yield return $"--find-links {links}";
        _ = context;
    }

    private static LockOmissions Omissions(ParsedArguments arguments)
    {
        Option[] only = [OnlyEmitProject, OnlyEmitWorkspace, OnlyEmitLocal, OnlyEmitPackage];
        var isOnly = Array.Exists(only, arguments.WasGiven);
        return new LockOmissions
        {
            IsOnly = isOnly,
            Projects = arguments.IsOn(isOnly ? OnlyEmitProject : NoEmitProject),
            Members = arguments.IsOn(isOnly ? OnlyEmitWorkspace : NoEmitWorkspace),
            Local = arguments.IsOn(isOnly ? OnlyEmitLocal : NoEmitLocal),
            Packages = [.. arguments.Values(isOnly ? OnlyEmitPackage : NoEmitPackage).Select(NameLists.ParseName)],
            NoEditable = arguments.IsOn(ProjectOptions.NoEditable),
            NoEditablePackages = [.. arguments.Values(ProjectOptions.NoEditablePackage).Select(NameLists.ParseName)],
        };
    }

    private static string[] Header(ParsedArguments arguments) =>
        ["This file was autogenerated by krait via the following command:", $"   {CommandText(arguments)}"];

    /// <summary>The command as it was typed, without what only this run is about.</summary>
    private static string CommandText(ParsedArguments arguments)
    {
        var words = arguments
            .Typed.Where(use =>
                !GlobalOptions.All.Contains(use.Option) && use.Option.Variable is not "LOCKED" and not "FROZEN"
            )
            .Select(use =>
                $"--{(use.IsOpposite ? use.Option.Opposite : use.Option.Name)}{(use.Value is null ? "" : " " + UrlRedaction.Apply(use.Value))}"
            );
        return string.Join(' ', words.Prepend("krait export"));
    }

    /// <summary>The format that is asked for, else the one that the name of the file says.</summary>
    private static string FormatOf(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.Value(Format) is { } format)
            return format;
        var name = Path.GetFileName(arguments.Value(Output) ?? "");
        _ = context;
        return Pylock.IsFileName(name) ? "pylock.toml"
            : name.EndsWith(".cdx.json", StringComparison.Ordinal) ? "cyclonedx1.5"
            : "requirements.txt";
    }
}
