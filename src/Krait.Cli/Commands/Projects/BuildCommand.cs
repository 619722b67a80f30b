using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait build`: makes the source distribution and the wheel of a project.</summary>
internal static class BuildCommand
{
    private static readonly Option Sdist = new("sdist", OptionKind.Flag, "Build a source distribution");
    private static readonly Option Wheel = new(
        "wheel",
        OptionKind.Flag,
        "Build a wheel of the project itself instead of its source distribution"
    );
    private static readonly Option OutFolder = new(
        "out-dir",
        OptionKind.Value,
        "Write the distributions into this directory (default: `dist` in the project)"
    )
    {
        Short = 'o',
        Content = OptionContent.Path,
        ValueName = "DIR",
    };
    private static readonly Option ListFiles = new(
        "list",
        OptionKind.Flag,
        "List the files that the distributions would hold, and write none"
    );
    private static readonly Option Clear = new(
        "clear",
        OptionKind.Flag,
        "Empty the directory for the distributions before the build"
    );
    private static readonly Option NoGitIgnore = new(
        "no-create-gitignore",
        OptionKind.Flag,
        "Do not write a `.gitignore` into a directory that is made for the distributions"
    );

    public static Command Command { get; } =
        new("build", "Build source distributions and wheels of projects")
        {
            Positional = new Positional("SRC", IsRequired: false, IsRepeatable: false),
            Options = () =>
                [
                    Sdist,
                    Wheel,
                    OutFolder,
                    ListFiles,
                    Clear,
                    NoGitIgnore,
                    ProjectOptions.Package,
                    ProjectOptions.AllPackages,
                    ProjectOptions.Project,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    PipOptions.NoSources,
                    PipOptions.NoSourcesPackage,
                    PipOptions.LinkMode,
                    PipOptions.Python,
                    PipOptions.System,
                    .. ForeignOptions.Build,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (sources, usualFolder) = FindSources(context, arguments);
        var parts = Parts(arguments, sources[0]);
        var isListed = arguments.IsOn(ListFiles);
        var folder = arguments.Value(OutFolder) is { } named
            ? Path.GetFullPath(named, context.WorkingFolder)
            : usualFolder;
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (interpreter, environment) = await run.FindBuildPythonAsync(cancellationToken);
        var limits = ResolveArguments.Sources(arguments, [], []);
        var inputs = await run.ReadInputsAsync(limits, cancellationToken);
        var indexes = IndexArguments.Create(context, arguments, inputs);
        var request = new BuildDistributionsRequest(inputs, sources, isListed ? null : folder)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Parts = parts,
        };
        var bench = run.Bench(indexes, interpreter, request, environment);
        if (!isListed)
        {
            if (arguments.IsOn(Clear))
                Empty(folder, sources, context.WorkingFolder);
            Prepare(folder, ignores: !arguments.IsOn(NoGitIgnore));
        }

        var built = await new BuildDistributionsOperation(bench, context.Terminal.Say).RunAsync(
            request,
            cancellationToken
        );
        run.Display.Stop();
        Write(context, built, isListed);
        return ExitCodes.Done;
    }

    /// <summary>What is built of what.</summary>
    /// <exception cref="UsageException">A source distribution is to be made of one.</exception>
    private static DistributionParts Parts(ParsedArguments arguments, DistributionSource first)
    {
        var (sdist, wheel) = (arguments.IsOn(Sdist), arguments.IsOn(Wheel));
        if (first.IsArchive && sdist)
        {
            throw new UsageException(
                $"`{Path.GetFileName(first.Path)}` is a source distribution already",
                "Leave `--sdist` out to build a wheel of it"
            );
        }

        return (sdist, wheel) switch
        {
            (true, true) => DistributionParts.Both,
            (true, false) => DistributionParts.Sdist,
            (false, true) => DistributionParts.Wheel,
            _ => DistributionParts.WheelFromSdist,
        };
    }

    /// <summary>What is built, and where it goes unless the user says otherwise.</summary>
    private static (ImmutableArray<DistributionSource> Sources, string Folder) FindSources(
        KraitContext context,
        ParsedArguments arguments
    )
    {
        var named = arguments.Positionals.FirstOrDefault();
        var start = named is null
            ? ProjectAccess.StartFolder(context, arguments)
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, context.WorkingFolder));
        var isFolder = FolderTree.IsFolder(start);
        var takesMembers = arguments.IsOn(ProjectOptions.AllPackages) || arguments.WasGiven(ProjectOptions.Package);
        if (!isFolder)
            return takesMembers ? throw NotForArchives(arguments, named) : Archive(start, named ?? start);
        if (takesMembers)
            return Members(context, arguments, start);
        RefuseOther(start, named ?? ".");
        var manifest = Path.Join(start, WorkspaceFinder.ManifestName);
        var name = FileStatus.Exists(manifest, followLinks: true)
            ? new WorkspaceFinder(context.WorkingFolder).Read(manifest).Name
            : null;
        return ([new DistributionSource(start, name, IsArchive: false)], Path.Join(start, "dist"));
    }

    private static (ImmutableArray<DistributionSource> Sources, string Folder) Archive(string path, string shown)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            throw Unusable("no-source", $"there is no project or source distribution at `{shown}`");
        if (status.Kind != FileKind.File || SdistFileName.ExtensionOf(path) is null)
        {
            throw Unusable(
                "not-a-source",
                $"`{shown}` is neither the directory of a project nor a source distribution",
                "Name a directory with a `pyproject.toml`, or a `.tar.gz` or `.zip` of sources"
            );
        }

        var name = SdistFileName.TryParse(Path.GetFileName(path), out var file, out _) ? file.Name : null;
        return ([new DistributionSource(path, name, IsArchive: true)], Path.GetDirectoryName(path) ?? "/");
    }

    private static (ImmutableArray<DistributionSource> Sources, string Folder) Members(
        KraitContext context,
        ParsedArguments arguments,
        string start
    )
    {
        var workspace = new WorkspaceFinder(context.WorkingFolder).Find(start);
        ImmutableArray<Project> members = arguments.IsOn(ProjectOptions.AllPackages)
            ? [.. workspace.Members.Where(member => member.IsPackage)]
            : [ProjectAccess.Member(workspace, arguments)];
        if (members.IsEmpty)
        {
            throw Unusable(
                "no-packages",
                "no member of the workspace is a package",
                "Give a member a `[build-system]` table"
            );
        }

        return (
            [.. members.Select(member => new DistributionSource(member.Folder, member.Name, IsArchive: false))],
            Path.Join(workspace.Folder, "dist")
        );
    }

    private static UsageException NotForArchives(ParsedArguments arguments, string? named)
    {
        var option = arguments.IsOn(ProjectOptions.AllPackages) ? ProjectOptions.AllPackages : ProjectOptions.Package;
        return new UsageException(
            $"`--{option.Name}` chooses members of a workspace, and `{named}` is not a directory",
            "Name the directory of the workspace"
        );
    }

    private static void RefuseOther(string folder, string shown)
    {
        string[] files = [WorkspaceFinder.ManifestName, "setup.py"];
        var isProject = Array.Exists(files, file => FileStatus.Exists(Path.Join(folder, file), followLinks: true));
        if (!isProject)
        {
            throw Unusable(
                "no-project",
                $"`{shown}` is not a Python project: it has neither a `pyproject.toml` nor a `setup.py`"
            );
        }
    }

    private static KraitException Unusable(string code, string message, params ImmutableArray<Remedy> hints) =>
        new(new Diagnostic(code, message) { Hints = hints }) { Kind = FailureKind.UnusableInput };

    /// <summary>Removes the folder with what earlier builds have left in it.</summary>
    /// <exception cref="UsageException">It holds what is built, or is the working directory.</exception>
    private static void Empty(string folder, ImmutableArray<DistributionSource> sources, string workingFolder)
    {
        var root = Path.TrimEndingDirectorySeparator(folder) + "/";
        var isNeeded = sources
            .Select(source => source.Path)
            .Append(workingFolder)
            .Any(path => $"{path}/".StartsWith(root, StringComparison.Ordinal));
        if (isNeeded)
        {
            throw new UsageException(
                $"`--clear` would remove `{folder}`, which holds more than distributions",
                "Name a directory of its own with `--out-dir DIR`"
            );
        }

        if (FolderTree.IsFolder(folder))
            FolderTree.Remove(folder);
    }

    /// <summary>Makes the folder where there is none; what is built does not belong into a repository.</summary>
    private static void Prepare(string folder, bool ignores)
    {
        if (FolderTree.IsFolder(folder))
            return;
        FolderTree.Create(folder);
        if (ignores)
            AtomicFile.Write(Path.Join(folder, ".gitignore"), "*"u8, durable: false);
    }

    private static void Write(KraitContext context, ImmutableArray<BuiltDistribution> built, bool isListed)
    {
        foreach (var distribution in built)
        {
            if (!isListed)
            {
                context.Terminal.Say($"Successfully built {Shown(context, distribution.Path)}");
                continue;
            }

            context.Terminal.WriteResult(
                $"Building {Path.GetFileName(distribution.Path)} will include the following files:"
            );
            foreach (var file in distribution.Files)
                context.Terminal.WriteResult(file);
        }
    }

    private static string Shown(KraitContext context, string path)
    {
        var relative = Path.GetRelativePath(context.WorkingFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
