using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Editing;
using Krait.Projects.Importing;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait import [FILE]`.</summary>
internal static class ImportCommand
{
    private static readonly Option DryRun = PipOptions.DryRun with
    {
        Help = "Show what would be imported without writing anything",
    };
    private static readonly Option OutputFormat = PipOptions.OutputFormat with
    {
        Help = "Write what was imported to standard output as JSON",
    };

    public static Command Command { get; } =
        new("import", "Import a project of uv, Poetry, PDM, Pipenv or pip-tools, with the versions that it locked")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: false),
            Options = () => [DryRun, OutputFormat, ProjectOptions.Project, .. WorkspaceOptions.Resolving],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (folder, file) = PlaceOf(context, arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        EditJournal.HealAbove(folder);
        using var held = await WorkspaceHold.AcquireAsync(context, arguments, folder, cancellationToken);
        var imported = ImportReader.Read(folder, file);
        var manifest = ReadManifest(folder);
        var text = ImportedManifest.Write(manifest?.Text ?? "", imported, Path.GetFileName(folder));
        var workspace = Open(context, folder, text);
        RefuseExisting(workspace);
        var answer = await LockAsync(context, arguments, run, workspace, imported, cancellationToken);
        run.Display.Stop();
        if (answer is LockAnswer.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var ready = (LockAnswer.Ready)answer;
        cancellationToken.ThrowIfCancellationRequested();
        if (!arguments.IsOn(DryRun))
            Write(folder, manifest, text, ready);
        var report = new ImportReport(imported, ready.Lock, arguments.IsOn(DryRun));
        report.Say(context.Terminal);
        if (arguments.Value(OutputFormat) is "json")
            report.WriteJson(context.Terminal);
        return ExitCodes.Done;
    }

    /// <summary>The directory of the project, and the file in it that was named.</summary>
    private static (string Folder, string? File) PlaceOf(KraitContext context, ParsedArguments arguments)
    {
        var start = ProjectAccess.StartFolder(context, arguments);
        if (arguments.Positionals.FirstOrDefault() is not { } named)
            return (start, null);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, start));
        return FolderTree.IsFolder(path) ? (path, null)
            : FolderTree.IsFolder(Path.GetDirectoryName(path) ?? "/")
                ? (Path.GetDirectoryName(path) ?? "/", Path.GetFileName(path))
            : throw new UsageException($"`{named}` does not exist");
    }

    private static TextFile? ReadManifest(string folder)
    {
        var path = Path.Join(folder, WorkspaceFinder.ManifestName);
        if (FileStatus.TryRead(path, followLinks: true, out _) == FileError.NotFound)
            return null;
        var file = TextFile.Read(path, WorkspaceFinder.ManifestName);
        if (!TomlDocument.TryParse(file.Text, out _, out var errors))
            throw Unusable(errors[0].In(WorkspaceFinder.ManifestName, errors[0].Line));
        return file;
    }

    private static Workspace Open(KraitContext context, string folder, string text) =>
        new WorkspaceFinder(context.WorkingFolder)
        {
            Replaced = ImmutableDictionary
                .Create<string, string>(StringComparer.Ordinal)
                .Add(Path.Join(folder, WorkspaceFinder.ManifestName), text),
        }.Find(folder);

    private static void RefuseExisting(Workspace workspace)
    {
        if (FileStatus.TryRead(workspace.LockFile, followLinks: false, out _) == FileError.NotFound)
            return;
        throw Unusable(
            new Diagnostic("lock-exists", $"the project has a lock file already: `{workspace.LockFile}`")
            {
                Notes = ["Versions are imported only into a project that is not locked yet"],
                Hints = ["Remove the lock file to import, or keep it and run `krait sync`"],
            }
        );
    }

    private static async Task<LockAnswer> LockAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        Workspace workspace,
        ImportedProject imported,
        CancellationToken cancellationToken
    )
    {
        var project = new ProjectRun(context, arguments, run, workspace);
        var request = await project.CreateLockRequestAsync(LockUse.Update, cancellationToken) with
        {
            Imported = imported.ToPylock(),
        };
        return await new LockOperation(await project.CreateBenchAsync(request, cancellationToken)).RunAsync(
            request,
            isDryRun: true,
            cancellationToken
        );
    }

    private static void Write(string folder, TextFile? manifest, string text, LockAnswer.Ready ready)
    {
        var path = Path.Join(folder, WorkspaceFinder.ManifestName);
        // The lock of a workspace is above its members.
        var root = Path.GetDirectoryName(ready.Lock.File) ?? folder;
        using var journal = EditJournal.Begin(root, [path, ready.Lock.File]);
        if (manifest is not null)
            manifest.Write(text);
        else
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), durable: true);
        ready.Write();
        journal.Keep();
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
