using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Projects.Editing;
using Krait.Projects.Locking;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait add`.</summary>
internal static class AddCommand
{
    public static Command Command { get; } =
        new("add", "Add requirements to the project, lock and install them")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () => [.. AddOptions.Places, .. AddOptions.Adding, .. ManifestChangeOptions.All],
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals.Count == 0 && arguments.Values(AddOptions.Requirements).Count == 0)
            throw new UsageException("`krait add` needs PACKAGE", "Name a package, or a file with `-r FILE`");
        Refuse(AddOptions.InWorkspace, AddOptions.NoWorkspace);
        Refuse(AddOptions.Rev, AddOptions.Tag);
        Refuse(AddOptions.Rev, AddOptions.Branch);
        Refuse(AddOptions.Tag, AddOptions.Branch);
        return new ManifestChangeRun(context, arguments).RunAsync(
            run => PlanAsync(context, arguments, run, cancellationToken),
            cancellationToken
        );

        void Refuse(Option one, Option other)
        {
            if (arguments.WasGiven(one) && arguments.WasGiven(other))
                throw new UsageException($"`--{one.Name}` and `--{other.Name}` cannot be used together");
        }
    }

    private static async Task<ManifestChangePlan> PlanAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        CancellationToken cancellationToken
    )
    {
        var isScript = arguments.WasGiven(ProjectOptions.Script);
        var python = isScript ? await NewScriptPythonAsync(context, arguments, run, cancellationToken) : null;
        var target = ManifestTarget.Open(context, arguments, python);
        var place = target.PlaceOf(arguments);
        var added = await new AddedRequirements(context, arguments, run, target).ReadAsync(cancellationToken);
        RefuseItself(target, place, added.Requirements);
        var (changes, root) = Edit(arguments, target, place, added.Requirements);
        RecordIndexes(arguments, target, added.Requirements);
        var limits = added.Constraints;
        var rewrites = Rewrites(target, root);
        return new ManifestChangePlan(Limited(target, rewrites, limits))
        {
            Finish = locked => Finish(arguments, target, place, changes, root, locked),
            Place = place,
            IsInexact = true,
            Messages = [.. changes.Where(one => one.Change.Kind is not ManifestChangeKind.Unchanged).Select(Message)],
            FailureHint = "To write the requirement without checking it, pass `--frozen`",
        };

        string Message(AddedChange one) =>
            one.Change.Kind is ManifestChangeKind.Added
                ? $"Added `{one.Name}` to {place}"
                : $"Changed `{one.Name}` in {place}";
    }

    /// <summary>Puts the requirements and their sources into the manifest.</summary>
    private static (ImmutableArray<AddedChange> Changes, ManifestRewrite? Root) Edit(
        ParsedArguments arguments,
        ManifestTarget target,
        DependencyPlace place,
        ImmutableArray<AddedRequirement> requirements
    )
    {
        var changes = ImmutableArray.CreateBuilder<AddedChange>();
        var members = new List<string>();
        foreach (var one in requirements)
        {
            var change = target.Editor.Put(place, one.Text, dropsVersions: one.Source is not null && one.HasPlace);
            changes.Add(new AddedChange(one.Name, change, IsBounded: one.Source is null || !one.HasPlace));
            if (one.Source is { } source)
                target.Editor.SetSource(one.Name, source);
            if (one.Member is { } member)
                members.Add(member);
        }

        return (changes.ToImmutable(), AddMembers(target, members));
    }

    /// <summary>New members are listed in the root, which may be another manifest.</summary>
    private static ManifestRewrite? AddMembers(ManifestTarget target, List<string> members)
    {
        if (members.Count == 0 || target is not { Workspace: { } workspace, Project: { } project })
            return null;
        var isRoot = string.Equals(workspace.Root.File, project.File, StringComparison.Ordinal);
        var file = isRoot ? null : TextFile.Read(workspace.Root.File, workspace.Root.ShownFile);
        var editor = isRoot ? target.Editor : new ManifestEditor(workspace.Root.Manifest.Document);
        foreach (var member in members.Distinct(StringComparer.Ordinal))
            editor.AddMember(member);
        return file is null ? null : new ManifestRewrite(file, editor.Text);
    }

    /// <summary>Indexes that the user named on the command line hold from now on; those of variables are the machine's.</summary>
    private static void RecordIndexes(
        ParsedArguments arguments,
        ManifestTarget target,
        ImmutableArray<AddedRequirement> requirements
    )
    {
        var indexes = arguments.WasGiven(IndexOptions.Index)
            ? arguments.Values(IndexOptions.Index).Select(NamedIndex.Parse).ToList()
            : [];
        if (arguments.IsOn(AddOptions.Raw))
            indexes = [.. indexes.Where(index => index.Name is null)];
        if (arguments.WasGiven(IndexOptions.DefaultIndex) && arguments.Value(IndexOptions.DefaultIndex) is { } text)
        {
            var index = NamedIndex.Parse(text);
            target.Editor.PutIndex(index.Name, index.Url, isDefault: true);
        }

        foreach (var index in Enumerable.Reverse(indexes))
            target.Editor.PutIndex(index.Name, index.Url, isDefault: false);
        if (indexes is not [{ Name: { } name }])
            return;
        foreach (var one in requirements.Where(one => one.Source is null))
            target.Editor.SetSource(one.Name, new TomlTable().Add("index", name));
    }

    private static ImmutableArray<ManifestRewrite> Rewrites(ManifestTarget target, ManifestRewrite? root) =>
        root is null ? [target.Rewrite] : [target.Rewrite, root];

    /// <summary>The manifests with constraints that hold while versions are chosen.</summary>
    private static ImmutableArray<ManifestRewrite> Limited(
        ManifestTarget target,
        ImmutableArray<ManifestRewrite> rewrites,
        ImmutableArray<string> constraints
    )
    {
        if (constraints.IsEmpty)
            return rewrites;
        if (target.IsScript)
        {
            var script = ScriptEditor.Open(rewrites[0].Text, target.FilePath, "");
            script.Manifest.AddConstraints(constraints);
            return [rewrites[0] with { Text = script.ToText() }];
        }

        var root = target.Workspace!.Root; // a project is in one
        var known = rewrites.FirstOrDefault(one => string.Equals(one.File.Path, root.File, StringComparison.Ordinal));
        var editor = new ManifestEditor(TomlDocument.Parse(known?.Text ?? root.Text));
        editor.AddConstraints(constraints);
        var limited = known is null
            ? new ManifestRewrite(TextFile.Read(root.File, root.ShownFile), editor.Text)
            : known with
            {
                Text = editor.Text,
            };
        return [.. rewrites.Where(one => one != known), limited];
    }

    /// <summary>Writes the bounds of what was chosen.</summary>
    private static ImmutableArray<ManifestRewrite> Finish(
        ParsedArguments arguments,
        ManifestTarget target,
        DependencyPlace place,
        ImmutableArray<AddedChange> changes,
        ManifestRewrite? root,
        WorkspaceLock locked
    )
    {
        if (arguments.IsOn(AddOptions.Raw))
            return Rewrites(target, root);
        var bound = arguments.Value(AddOptions.Bounds)?.ToLowerInvariant() switch
        {
            "major" => VersionBound.Major,
            "minor" => VersionBound.Minor,
            "exact" => VersionBound.Exact,
            _ => VersionBound.Lower,
        };
        foreach (var (name, change, isBounded) in changes)
        {
            if (change.Kind is not ManifestChangeKind.Added || !isBounded)
                continue;
            var parts = Packaging.Requirements.RequirementParts.Of(change.Text);
            var versions = locked
                .Pylock.Packages.Where(package => string.Equals(package.Name, name.Value, StringComparison.Ordinal))
                .Select(package => package.IsDirect ? null : package.Version)
                .OfType<Packaging.Versions.Version>()
                .ToList();
            if (parts.Versions.Trim().Length == 0 && versions.Count > 0)
                target.Editor.SetVersions(place, change.Text, bound.For(versions.Min()!)); // there is one
        }

        return Rewrites(target, root);
    }

    private static void RefuseItself(
        ManifestTarget target,
        DependencyPlace place,
        ImmutableArray<AddedRequirement> requirements
    )
    {
        if (place.Kind is not DependencyKind.Main || target.Project?.Name is not { } own)
            return;
        if (requirements.Any(one => one.Name == own))
        {
            throw new KraitException(
                new Diagnostic("self-dependency", $"the project `{own}` cannot require itself")
                {
                    Hints = ["If you mean another package of that name, rename the project"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    private static async Task<string?> NewScriptPythonAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        CancellationToken cancellationToken
    )
    {
        var found = await EnvironmentAccess
            .Discovery(context, run.Cache)
            .FindInterpreterAsync(
                EnvironmentAccess.Request(arguments.Value(PipOptions.Python)),
                includeEnvironments: false,
                cancellationToken
            );
        return $">={found.Major}.{found.Minor}";
    }

    private sealed record AddedChange(PackageName Name, ManifestChange Change, bool IsBounded);
}
