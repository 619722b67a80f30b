using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Editing;
using Krait.Projects.Scaffolding;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait init [PATH]`.</summary>
internal static class InitCommand
{
    public static Command Command { get; } =
        new("init", "Create a project, or a script with inline metadata")
        {
            Positional = new Positional("PATH", IsRequired: false, IsRepeatable: false),
            UsesSettings = false,
            Options = () => InitOptions.All,
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        InitOptions.CheckTogether(arguments);
        return arguments.IsOn(InitOptions.Script)
            ? InitScript.RunAsync(context, arguments, cancellationToken)
            : CreateAsync(context, arguments, cancellationToken);
    }

    private static async Task<int> CreateAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var given = arguments.Positionals.FirstOrDefault();
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given ?? ".", context.WorkingFolder));
        var name = NameOf(arguments, folder, given);
        RefuseExisting(folder, given);
        var workspace = arguments.IsOn(InitOptions.NoWorkspace) ? null : FindWorkspace(context, folder);
        var (requiresPython, pin) = await InitPython.ChooseAsync(
            context,
            arguments,
            folder,
            workspace,
            cancellationToken
        );
        var repository = new NewRepository(context, arguments, folder);
        var request = await CreateRequestAsync(
            context,
            arguments,
            new ScaffoldRequest(name, requiresPython)
            {
                PinnedPython = pin,
                HasIgnoreFile = workspace is null && repository.IsWanted,
            },
            cancellationToken
        );
        var root = workspace is null ? null : JoinWorkspace(workspace, folder);
        Write(folder, Scaffold.Create(request));
        if (workspace is not null)
            Announce(context, workspace, folder, root);
        else if (repository.IsWanted)
            await repository.CreateAsync(cancellationToken);
        context.Terminal.Say(
            given is null or "." ? $"Initialized project `{name}`" : $"Initialized project `{name}` at `{folder}`"
        );
        return ExitCodes.Done;
    }

    private static async Task<ScaffoldRequest> CreateRequestAsync(
        KraitContext context,
        ParsedArguments arguments,
        ScaffoldRequest request,
        CancellationToken cancellationToken
    )
    {
        var isBare = arguments.IsOn(InitOptions.Bare);
        var isPackage =
            arguments.IsOn(InitOptions.Package)
            || arguments.IsOn(InitOptions.Library)
            || arguments.WasGiven(InitOptions.Backend)
            || (!isBare && !arguments.IsOn(InitOptions.NoPackage));
        var from = arguments.Value(InitOptions.AuthorFrom);
        var findsAuthor = from is "git" || (from is null or "auto" && isPackage && !isBare);
        return request with
        {
            IsBare = isBare,
            IsLibrary = arguments.IsOn(InitOptions.Library),
            Backend = isPackage
                ? BuildBackend.Find(arguments.Value(InitOptions.Backend) ?? "") ?? BuildBackend.Default
                : null,
            Description =
                arguments.Value(InitOptions.Description)
                ?? (isBare || arguments.IsOn(InitOptions.NoDescription) ? null : "Add a description here"),
            HasReadme = !isBare && !arguments.IsOn(InitOptions.NoReadme),
            Author = findsAuthor ? await GitSettings.FindAuthorAsync(context, cancellationToken) : null,
        };
    }

    private static PackageName NameOf(ParsedArguments arguments, string folder, string? given)
    {
        var named = arguments.Value(InitOptions.Name);
        var text = named ?? Path.GetFileName(folder);
        if (
            PackageName.TryParse(text, out var name, out var error)
            || named is null && PackageName.TryParse(WithoutBlanks(text), out name, out _)
        )
        {
            return name;
        }

        throw new KraitException(
            new Diagnostic(
                "invalid-name",
                named is null
                    ? $"the directory name `{text}` is not a valid project name"
                    : $"`{text}` is not a valid project name"
            )
            {
                Cause = error,
                Hints = named is null ? [$"Give a name: `krait init --name NAME{(given is null ? "" : " PATH")}`"] : [],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <summary>A directory's name with dashes for blanks.</summary>
    private static string WithoutBlanks(string text) =>
        string.Join('-', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void RefuseExisting(string folder, string? given)
    {
        var file = Path.Join(folder, WorkspaceFinder.ManifestName);
        if (!FileStatus.Exists(file, followLinks: false))
            return;
        var where = given is null ? "this directory" : $"`{given}`";
        throw new KraitException(
            new Diagnostic("project-exists", $"{where} has a `{WorkspaceFinder.ManifestName}` already")
            {
                Hints = ["Use another directory, or edit that file"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <summary>The workspace that the directory is in; a project above it becomes one if it is not yet.</summary>
    private static Workspace? FindWorkspace(KraitContext context, string folder)
    {
        if (Path.GetDirectoryName(folder) is not { } parent)
            return null;
        return new WorkspaceFinder(context.WorkingFolder).TryFind(parent);
    }

    /// <summary>The root's manifest with the new member in it; null where nothing has to be changed for it.</summary>
    private static (TextFile File, string Text)? JoinWorkspace(Workspace workspace, string folder)
    {
        var member = workspace.RelativePathOf(folder);
        if (
            workspace.Settings.Workspace is { } table
            && MemberPatterns.Cover([.. table.Members, .. table.Exclude], workspace.Folder, folder)
        )
        {
            return null;
        }

        var file = TextFile.Read(workspace.Root.File, workspace.Root.ShownFile);
        var editor = new ManifestEditor(TomlDocument.Parse(file.Text)); // it was read before
        editor.AddMember(member);
        return (file, editor.Text);
    }

    private static void Announce(
        KraitContext context,
        Workspace workspace,
        string folder,
        (TextFile File, string Text)? root
    )
    {
        var member = workspace.RelativePathOf(folder);
        if (root is var (file, text))
        {
            file.Write(text);
            context.Terminal.Say($"Added `{member}` to the members of the workspace `{workspace.Folder}`");
            return;
        }

        var isExcluded = MemberPatterns.Cover(
            workspace.Settings.Workspace!.Exclude, // without a table it would have been added
            workspace.Folder,
            folder
        );
        context.Terminal.Say(
            isExcluded
                ? $"`{member}` is excluded from the workspace `{workspace.Folder}`"
                : $"`{member}` is a member of the workspace `{workspace.Folder}`"
        );
    }

    /// <summary>Writes the files that are not there yet; the manifest comes last, since it is what makes a project.</summary>
    private static void Write(string folder, ImmutableArray<ScaffoldFile> files)
    {
        FolderTree.Create(folder);
        foreach (var (relative, text) in files.Reverse())
        {
            var path = Path.Join(folder, relative);
            if (FileStatus.Exists(path, followLinks: false))
                continue;
            FolderTree.Create(Path.GetDirectoryName(path) ?? folder);
            AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text), durable: true);
        }
    }
}
