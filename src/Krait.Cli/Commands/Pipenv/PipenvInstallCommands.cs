using System.Buffers;
using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Pipenv;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>`krait pipenv install`, `lock`, `sync`, `update`, `upgrade` and `uninstall`.</summary>
internal static class PipenvInstallCommands
{
    private static readonly SearchValues<char> AfterName = SearchValues.Create("[<>=!~;@ ");

    public static Command Install { get; } =
        new("pipenv install", "Add packages to the Pipfile, lock, and install")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipenvOptions.Import,
                    PipenvOptions.Editable,
                    PipenvOptions.Index,
                    PipenvOptions.Deploy,
                    PipenvOptions.IgnorePipfile,
                    PipenvOptions.SkipLock,
                    PipenvOptions.KeepOutdated,
                    .. PipenvOptions.Common,
                ],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, InstallAsync, token),
        };

    public static Command Lock { get; } =
        new("pipenv lock", "Write Pipfile.lock")
        {
            Options = () => [PipenvOptions.KeepOutdated, PipenvOptions.DevOnly, .. PipenvOptions.Common],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, LockAsync, token),
        };

    public static Command Sync { get; } =
        new("pipenv sync", "Install what Pipfile.lock lists")
        {
            Options = () => [PipenvOptions.Bare, .. PipenvOptions.Common],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, SyncAsync, token),
        };

    public static Command Update { get; } =
        new("pipenv update", "Lock the newest versions, and install them")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipenvOptions.Outdated,
                    PipenvOptions.DryRun,
                    PipenvOptions.LockOnly,
                    PipenvOptions.KeepOutdated,
                    PipenvOptions.Bare,
                    .. PipenvOptions.Common,
                ],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, UpdateAsync, token),
        };

    public static Command Upgrade { get; } =
        new("pipenv upgrade", "Lock newer versions of packages, without installing them")
        {
            Positional = new Positional("PACKAGE", IsRequired: true, IsRepeatable: true),
            Options = () => [PipenvOptions.LockOnly, .. PipenvOptions.Common],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, UpgradeAsync, token),
        };

    public static Command Uninstall { get; } =
        new("pipenv uninstall", "Remove packages from the Pipfile, the lock and the environment")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () => [PipenvOptions.All, PipenvOptions.AllDev, PipenvOptions.SkipLock, .. PipenvOptions.Common],
            UsesSettings = false,
            RunAsync = (context, arguments, token) => RunAsync(context, arguments, UninstallAsync, token),
        };

    /// <summary>Runs a command; a step that failed has said why.</summary>
    internal static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        Func<KraitContext, ParsedArguments, PipenvWork, CancellationToken, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await run(context, arguments, new PipenvWork(context, arguments), cancellationToken);
        }
        catch (PipenvStepException failed)
        {
            return failed.Code;
        }
    }

    private static async Task<int> InstallAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        if (!project.Exists)
        {
            PipenvProject.Write(
                project.PipfilePath,
                Pipfile.Fresh(
                    arguments.Value(PipenvOptions.Python) is { } python && Version(python) is { } minor ? minor : null
                )
            );
            context.Terminal.Say($"Created {project.PipfilePath}");
        }

        var pipfile = project.ReadPipfile();
        var added = Requested(context, arguments);
        if (added.Count == 0)
            return await InstallLockedAsync(context, arguments, work, pipfile, cancellationToken);
        var category = arguments.IsOn(PipenvOptions.Dev) ? Pipfile.Development : work.Categories(null)[0];
        foreach (var (name, value) in added)
            pipfile.Set(category, name, value);
        var renewed = added
            .Select(one => NameNormalization.Normalize(one.Name))
            .ToImmutableHashSet(StringComparer.Ordinal);
        var earlier = project.IsLocked ? project.ReadLock() : null;
        // Nothing is written before there is an answer: a package that conflicts leaves all as it was.
        var locked = await work.LockAsync(pipfile, earlier, renewed, cancellationToken);
        if (
            await work.InstallAsync(
                locked,
                [Pipfile.Default, .. category is Pipfile.Default ? ImmutableArray<string>.Empty : [category]],
                cancellationToken
            )
            is not ExitCodes.Done
                and var code
        )
        {
            return code;
        }

        PipenvProject.Write(project.PipfilePath, pipfile.Text);
        PipenvProject.Write(project.LockPath, locked.Write());
        foreach (var (name, _) in added)
            context.Terminal.Say($"Added {name} to [{category}]");
        return ExitCodes.Done;
    }

    /// <summary>The packages of the command line and of a requirements file, as entries of a Pipfile.</summary>
    private static List<(string Name, TomlValue Value)> Requested(KraitContext context, ParsedArguments arguments)
    {
        var texts = new List<string>(arguments.Positionals);
        if (arguments.Value(PipenvOptions.Import) is { } file)
        {
            var path = Path.GetFullPath(file, context.WorkingFolder);
            if (PlainFile.TryRead(path, out var text) != FileError.None)
                throw new UsageException($"`{file}` does not exist", "Check the path");
            texts.AddRange(
                text.Split('\n')
                    .Select(line => line.Split(" #")[0].Split(" --hash")[0].Trim().TrimEnd('\\').Trim())
                    .Where(line => line.Length > 0 && line[0] is not ('#' or '-'))
            );
        }

        var found = new List<(string Name, TomlValue Value)>();
        foreach (var text in texts)
        {
            if (!Requirement.TryParse(text, out var requirement, out var error))
                throw new KraitException(error) { Kind = FailureKind.UnusableInput };
            found.Add((NameOf(text), EntryOf(requirement, arguments.Value(PipenvOptions.Index))));
        }

        foreach (var path in arguments.Values(PipenvOptions.Editable))
        {
            found.Add(
                (
                    Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, context.WorkingFolder))),
                    new TomlTable().Add("path", path).Add("editable", true)
                )
            );
        }

        return found;
    }

    /// <summary>The name as it was typed.</summary>
    private static string NameOf(string text)
    {
        var end = text.AsSpan().IndexOfAny(AfterName);
        return end < 0 ? text : text[..end];
    }

    private static TomlValue EntryOf(Requirement requirement, string? index)
    {
        var version = requirement.Specifiers is { Clauses.IsEmpty: false } specifiers ? specifiers.ToString() : "*";
        if (requirement is { Extras.IsEmpty: true, Url: null, HasMarker: false } && index is null)
            return version;
        var table = new TomlTable();
        if (requirement.Url is { } url)
            table.Add("file", url);
        else
            table.Add("version", version);
        if (!requirement.Extras.IsEmpty)
            table.Add("extras", TomlArray.OfStrings(requirement.Extras.Select(extra => extra.Value)));
        if (requirement.HasMarker)
            table.Add("markers", requirement.Marker.ToString());
        if (index is not null)
            table.Add("index", index);
        return table;
    }

    private static string? Version(string python) =>
        python.Length > 0 && char.IsAsciiDigit(python[0]) ? string.Join('.', python.Split('.').Take(2)) : null;

    /// <summary>Installs from the lock, which is made or renewed first where it has to be.</summary>
    private static async Task<int> InstallLockedAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        Pipfile pipfile,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        var categories = work.Categories(pipfile);
        if (arguments.IsOn(PipenvOptions.SkipLock))
        {
            var fresh = await work.LockAsync(pipfile, earlier: null, [], cancellationToken);
            return await work.InstallAsync(fresh, categories, cancellationToken);
        }

        if (arguments.IsOn(PipenvOptions.KeepOutdated) && !project.IsLocked)
            throw NothingToKeep();
        var earlier = project.IsLocked ? project.ReadLock() : null;
        if (
            earlier is not null
            && (arguments.IsOn(PipenvOptions.IgnorePipfile) || PipfileHash.Matches(pipfile, earlier.Hash))
        )
        {
            return await work.InstallAsync(earlier, categories, cancellationToken);
        }

        if (arguments.IsOn(PipenvOptions.Deploy))
        {
            throw new KraitException(
                new Diagnostic(
                    "lock-outdated",
                    earlier is null
                        ? "there is no `Pipfile.lock`, and --deploy does not make one"
                        : "`Pipfile.lock` is out of date, and --deploy does not change it"
                )
                {
                    Hints = ["Lock on a development machine: `krait pipenv lock`"],
                }
            );
        }

        context.Terminal.Say(
            earlier is null ? "Locking: there is no Pipfile.lock" : "Locking: the Pipfile has changed"
        );
        var locked = await work.LockAsync(pipfile, earlier, [], cancellationToken);
        PipenvProject.Write(project.LockPath, locked.Write());
        return await work.InstallAsync(locked, categories, cancellationToken);
    }

    private static UsageException NothingToKeep() =>
        new("`--keep-outdated` needs a lock file whose versions can be kept", "Make one with `krait pipenv lock`");

    private static async Task<int> LockAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        var pipfile = project.ReadPipfile();
        var keeps =
            arguments.IsOn(PipenvOptions.KeepOutdated) || (pipfile.Settings?.GetBoolean("keep_outdated") ?? false);
        if (keeps && !project.IsLocked)
            throw NothingToKeep();
        var locked = await work.LockAsync(pipfile, keeps ? project.ReadLock() : null, [], cancellationToken);
        if (arguments.IsOn(PipenvOptions.DevOnly) && project.IsLocked)
        {
            locked = locked with
            {
                Categories = project.ReadLock().Categories.SetItem("develop", locked.Categories["develop"]),
            };
        }

        PipenvProject.Write(project.LockPath, locked.Write());
        context.Terminal.Say($"Updated Pipfile.lock ({locked.Hash})");
        return ExitCodes.Done;
    }

    private static async Task<int> SyncAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var locked = work.Project.ReadLock();
        var categories = work.Categories(work.Project.Exists ? work.Project.ReadPipfile() : null);
        var code = await work.InstallAsync(locked, categories, cancellationToken);
        if (code == ExitCodes.Done && !arguments.IsOn(PipenvOptions.Bare))
            context.Terminal.Say("All dependencies are now up-to-date!");
        return code;
    }

    private static async Task<int> UpdateAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        var pipfile = project.ReadPipfile();
        var earlier = project.IsLocked ? project.ReadLock() : null;
        var named = arguments
            .Positionals.Select(text => NameNormalization.Normalize(NameOf(text)))
            .ToImmutableHashSet(StringComparer.Ordinal);
        if (arguments.IsOn(PipenvOptions.KeepOutdated) && earlier is null)
            throw NothingToKeep();
        var keeps = !named.IsEmpty || arguments.IsOn(PipenvOptions.KeepOutdated);
        var locked = await work.LockAsync(pipfile, keeps ? earlier : null, named, cancellationToken);
        if (arguments.IsOn(PipenvOptions.Outdated) || arguments.IsOn(PipenvOptions.DryRun))
        {
            var changes = Changes(earlier, locked).ToList();
            foreach (var change in changes)
                context.Terminal.WriteResult(change);
            return changes.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
        }

        PipenvProject.Write(project.LockPath, locked.Write());
        return arguments.IsOn(PipenvOptions.LockOnly)
            ? ExitCodes.Done
            : await work.InstallAsync(locked, work.Categories(pipfile), cancellationToken);
    }

    private static IEnumerable<string> Changes(PipfileLock? earlier, PipfileLock locked)
    {
        foreach (var (category, entries) in locked.Categories)
        {
            foreach (var (name, entry) in entries)
            {
                var before = earlier?.Categories.GetValueOrDefault(category)?.GetValueOrDefault(name)?.Version;
                if (!string.Equals(before, entry.Version, StringComparison.Ordinal))
                    yield return $"Package '{name}' out-of-date: '{before ?? "not locked"}' locked, '{entry.Version}' available.";
            }
        }
    }

    private static async Task<int> UpgradeAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        var pipfile = project.ReadPipfile();
        var changed = Requested(context, arguments);
        var category = arguments.IsOn(PipenvOptions.Dev) ? Pipfile.Development : Pipfile.Default;
        foreach (var (name, value) in changed.Where(one => one.Value.AsString is not "*"))
            pipfile.Set(category, name, value);
        var named = changed
            .Select(one => NameNormalization.Normalize(one.Name))
            .ToImmutableHashSet(StringComparer.Ordinal);
        var locked = await work.LockAsync(
            pipfile,
            project.IsLocked ? project.ReadLock() : null,
            named,
            cancellationToken
        );
        PipenvProject.Write(project.PipfilePath, pipfile.Text);
        PipenvProject.Write(project.LockPath, locked.Write());
        context.Terminal.Say($"Updated Pipfile.lock ({locked.Hash})");
        return ExitCodes.Done;
    }

    private static async Task<int> UninstallAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var project = work.Project;
        if (arguments.IsOn(PipenvOptions.All))
        {
            var (_, installed) = await work.OpenAsync(cancellationToken);
            return await RemoveAsync(work, installed.All.Select(one => one.Name.Value), cancellationToken);
        }

        var pipfile = project.ReadPipfile();
        var earlier = project.IsLocked ? project.ReadLock() : null;
        var names = arguments.IsOn(PipenvOptions.AllDev)
            ? [.. pipfile.EntriesOf(Pipfile.Development).Select(entry => entry.Name)]
            : arguments.Positionals.ToImmutableArray();
        if (names.IsEmpty)
            throw new UsageException("there is nothing to uninstall", "Name a package, or pass --all or --all-dev");
        ImmutableArray<string> categories = arguments.IsOn(PipenvOptions.AllDev)
            ? [Pipfile.Development]
            : pipfile.Categories;
        foreach (var name in names)
        {
            var isRemoved = false;
            foreach (var category in categories)
                isRemoved |= pipfile.Remove(category, name);
            if (!isRemoved)
            {
                DiagnosticRenderer.WriteWarning(
                    context.Terminal,
                    new Diagnostic("not-in-pipfile", $"`{name}` is not in the Pipfile")
                );
            }
        }

        if (arguments.IsOn(PipenvOptions.SkipLock))
        {
            PipenvProject.Write(project.PipfilePath, pipfile.Text);
            return await RemoveAsync(work, names, cancellationToken);
        }

        var locked = await work.LockAsync(pipfile, earlier, [], cancellationToken);
        PipenvProject.Write(project.PipfilePath, pipfile.Text);
        PipenvProject.Write(project.LockPath, locked.Write());
        var left = locked.Categories.Values.SelectMany(entries => entries.Keys).ToHashSet(StringComparer.Ordinal);
        var before = earlier?.Categories.Values.SelectMany(entries => entries.Keys) ?? [];
        var going = before
            .Concat(names.Select(name => NameNormalization.Normalize(name)))
            .Where(name => !left.Contains(name));
        return await RemoveAsync(work, going, cancellationToken);
    }

    /// <summary>Uninstalls what is installed of some packages.</summary>
    internal static async Task<int> RemoveAsync(
        PipenvWork work,
        IEnumerable<string> names,
        CancellationToken cancellationToken
    )
    {
        var (_, installed) = await work.OpenAsync(cancellationToken);
        var going = names
            .Distinct(StringComparer.Ordinal)
            .Where(name => PackageName.TryParse(name, out var known, out _) && installed.Find(known) is not null)
            .Order(StringComparer.Ordinal)
            .ToImmutableArray();
        return going.IsEmpty
            ? ExitCodes.Done
            : await work.RunAsync(["pip", "uninstall", "-y", "--python", work.Root, .. going], cancellationToken);
    }
}
