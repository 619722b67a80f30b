using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Files;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>
/// Reads everything that a command line names. All mistakes are collected before the first is thrown, with the others as its notes.
/// </summary>
/// <param name="loader">Reads the texts.</param>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="variables">The environment, for `${NAME}` in requirements files.</param>
public sealed class RequirementSetReader(
    TextLoader loader,
    string workingFolder,
    IReadOnlyDictionary<string, string> variables
)
{
    /// <summary>More errors than that are told by their number.</summary>
    private const int MostErrors = 10;

    private readonly RequirementText requirementText = new(workingFolder, variables);
    private readonly InputNames names = new(workingFolder);
    private readonly Dictionary<string, Remedy> hints = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> errors = [];
    private readonly List<Diagnostic> warnings = [];
    private readonly ImmutableArray<RootRequirement>.Builder roots = ImmutableArray.CreateBuilder<RootRequirement>();
    private readonly List<UnnamedRequirement> unnamed = [];
    private readonly ImmutableArray<Limit>.Builder constraints = ImmutableArray.CreateBuilder<Limit>();
    private readonly ImmutableArray<Limit>.Builder buildConstraints = ImmutableArray.CreateBuilder<Limit>();
    private readonly Dictionary<PackageName, ImmutableArray<string>> buildSettings = [];
    private readonly ImmutableArray<Limit>.Builder overrides = ImmutableArray.CreateBuilder<Limit>();
    private readonly ImmutableArray<LineOptions>.Builder options = ImmutableArray.CreateBuilder<LineOptions>();
    private readonly List<IndexPin> pins = [];
    private readonly HashSet<PackageName> upgraded = [];
    private readonly HashSet<PackageName> excludes = [];
    private readonly Dictionary<PackageName, List<FileHash>> hashes = [];
    private SpecifierSet? requiresPython;
    private ProjectSettings settings = new();

    /// <summary>Reads the sources.</summary>
    /// <exception cref="KraitException">Something cannot be read or understood (unusable input).</exception>
    public async Task<RequirementSet> ReadAsync(RequirementSources sources, CancellationToken cancellationToken)
    {
        settings = sources.Settings ?? settings;
        foreach (var text in sources.Packages)
            AddRoot(text, isEditable: false, origin: null);
        foreach (var text in sources.Editables)
            AddRoot(text, isEditable: true, origin: null);
        foreach (var file in sources.Files)
            await ReadFileAsync(file, sources, cancellationToken);
        foreach (var script in sources.Scripts)
            await ReadScriptAsync(script, sources, cancellationToken);
        foreach (var group in sources.Groups)
            Add(await ReadGroupAsync(group, sources, cancellationToken));
        foreach (var group in sources.UpgradedGroups)
        {
            var contents = await ReadGroupAsync(group, sources, cancellationToken);
            errors.AddRange(contents.Errors);
            upgraded.UnionWith(contents.Roots.Select(root => root.Requirement.Name));
        }

        foreach (var file in sources.Constraints)
            await ReadLimitsAsync(file, constraints, isConstraint: true, cancellationToken);
        foreach (var file in sources.BuildConstraints)
            await ReadLimitsAsync(file, buildConstraints, isConstraint: true, cancellationToken);
        foreach (var file in sources.Overrides)
            await ReadLimitsAsync(file, overrides, isConstraint: false, cancellationToken);
        foreach (var file in sources.Excludes)
            await ReadExcludesAsync(file, cancellationToken);
        ThrowErrors();
        return Finish(sources);
    }

    private RequirementSet Finish(RequirementSources sources) =>
        new()
        {
            Roots = roots.ToImmutable(),
            Unnamed = [.. unnamed],
            Sources = sources,
            Constraints = [.. constraints, .. settings.Constraints],
            BuildConstraints = [.. buildConstraints, .. settings.BuildConstraints],
            BuildSettings = buildSettings.ToImmutableDictionary(),
            Overrides = [.. overrides, .. settings.Overrides],
            Excludes = [.. excludes.Union(settings.Excludes).Order()],
            Hashes = hashes.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray()),
            RequiresHashes = options.Select(o => o.RequiresHashes).LastOrDefault(value => value is not null),
            Options = options.ToImmutable(),
            RequiresPython = requiresPython,
            Settings = settings,
            IndexPins = [.. pins],
            UpgradedPackages = [.. upgraded],
            Warnings = [.. loader.Warnings, .. warnings],
        };

    /// <summary>Throws the first error, with the others behind it.</summary>
    private void ThrowErrors()
    {
        if (errors.Count == 0)
            return;
        var others = errors.Skip(1).Take(MostErrors - 1).Select(Describe).ToList();
        if (errors.Count > MostErrors)
            others.Add($"and {errors.Count - MostErrors} more errors");
        // A file of another kind is wrong as a whole, whatever its first line is taken for.
        var guesses = errors.Select(error => error.Source).OfType<string>().Distinct(StringComparer.Ordinal);
        var guess = guesses.Select(source => hints.GetValueOrDefault(source)).OfType<Remedy>().FirstOrDefault();
        throw new KraitException(
            errors[0] with
            {
                Notes = [.. errors[0].Notes, .. others],
                Hints = guess is null ? errors[0].Hints : [guess],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private static string Describe(Diagnostic error) =>
        error switch
        {
            { Source: null } => error.Message,
            { Line: > 0 } => $"{error.Source}:{error.Line}: {error.Message}",
            _ => $"{error.Source}: {error.Message}",
        };

    /// <summary>Adds something that is asked for; returns its name, where it has one already.</summary>
    private PackageName? AddRoot(
        string text,
        bool isEditable,
        RequirementOrigin.InFile? origin,
        RequirementsLine.Requested? line = null
    )
    {
        if (requirementText.Read(text, isEditable, origin, out var error) is not { } asked)
        {
            var problem = error ?? throw new System.Diagnostics.UnreachableException();
            errors.Add(origin is null ? problem : problem.In(origin.File, origin.Line));
            return null;
        }

        if (asked.Unnamed is { } withoutName)
        {
            var digests = line is null || origin is null ? [] : ReadHashes(line, origin);
            unnamed.Add(withoutName with { Position = roots.Count, Hashes = digests });
            return null;
        }

        var root = asked.Root ?? throw new System.Diagnostics.UnreachableException();
        roots.Add(root);
        return root.Requirement.Name;
    }

    /// <summary>Reads a file by its kind.</summary>
    private async Task ReadFileAsync(string file, RequirementSources sources, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        if (ProjectFiles.IsProjectFile(name))
        {
            var text = await loader.ReadAsync(names.Locate(file), cancellationToken);
            Add(new ProjectFiles(sources, workingFolder).Read(text, file));
            return;
        }

        if (PipfileContents.IsPipfile(name))
        {
            await ReadPipfileAsync(file, cancellationToken);
            return;
        }

        if (name.EndsWith(".py", StringComparison.OrdinalIgnoreCase))
        {
            await ReadScriptAsync(file, sources, cancellationToken);
            return;
        }

        if (!sources.Extras.IsEmpty || sources.IncludesAllExtras)
            RefuseExtras(file, sources);
        foreach (var line in await ReadLinesAsync(file, isConstraints: false, cancellationToken))
            AddLine(line, file);
    }

    private async Task ReadPipfileAsync(string file, CancellationToken cancellationToken)
    {
        var text = await loader.ReadAsync(names.Locate(file), cancellationToken);
        var contents = PipfileContents.Read(text, file, variables);
        options.Add(contents.Options);
        settings = settings with { Indexes = settings.Indexes.AddRange(contents.Indexes) };
        pins.AddRange(contents.Pins);
        var origin = new RequirementOrigin.InFile(file, 0);
        foreach (var package in contents.Packages)
        {
            if (AddRoot(package.Requirement, package.IsEditable, origin) is not { } name || package.Hashes.IsEmpty)
                continue;
            if (!hashes.TryGetValue(name, out var list))
                hashes[name] = list = [];
            list.AddRange(package.Hashes);
        }
    }

    private void RefuseExtras(string file, RequirementSources sources)
    {
        if (sources.Files.Any(f => ProjectFiles.IsProjectFile(Path.GetFileName(f))))
            return;
        errors.Add(
            new Diagnostic("extras-without-project", $"`{file}` has no extras: only project files have them")
            {
                Hints = ["Name a `pyproject.toml`, or write `package[extra]` in the requirements"],
            }
        );
    }

    private void Add(ProjectContents contents)
    {
        errors.AddRange(contents.Errors);
        roots.AddRange(contents.Roots);
        requiresPython = contents.RequiresPython ?? requiresPython;
        settings = contents.Settings ?? settings;
        pins.AddRange(contents.IndexPins.Except(pins));
    }

    private async Task ReadScriptAsync(string file, RequirementSources sources, CancellationToken cancellationToken)
    {
        var text = await loader.ReadAsync(names.Locate(file), cancellationToken);
        Add(new ProjectFiles(sources, workingFolder).ReadScript(text, file));
    }

    private async Task<ProjectContents> ReadGroupAsync(
        string group,
        RequirementSources sources,
        CancellationToken cancellationToken
    )
    {
        var colon = group.LastIndexOf(':');
        var file = colon < 0 ? "pyproject.toml" : group[..colon];
        var text = await loader.ReadAsync(names.Locate(file), cancellationToken);
        return new ProjectFiles(sources, workingFolder).ReadGroup(text, file, group[(colon + 1)..]);
    }

    /// <summary>Reads a requirements file with all that it includes.</summary>
    private async Task<IReadOnlyList<RequirementsLine>> ReadLinesAsync(
        string file,
        bool isConstraints,
        CancellationToken cancellationToken
    )
    {
        var tree = new RequirementsTree(variables);
        var root = names.Locate(file);
        tree.Add(root, isConstraints);
        while (tree.NextMissing is { } location)
        {
            try
            {
                var text = await loader.ReadAsync(location, cancellationToken);
                if (FileGuess.HintOf(text) is { } hint)
                    hints[names.NameOf(location, file)] = hint;
                tree.Supply(text);
            }
            catch (KraitException failure) when (failure.Kind == FailureKind.UnusableInput)
            {
                tree.Fail(failure.Diagnostic);
            }
        }

        var lines = tree.Flatten(root, isConstraints);
        errors.AddRange(
            tree.Errors.Select(error =>
                error with
                {
                    Source = error.Source is null ? null : names.NameOf(error.Source, file),
                }
            )
        );
        return lines;
    }

    private void AddLine(RequirementsLine line, string file)
    {
        switch (line)
        {
            case RequirementsLine.Configured configured:
                AddOptions(configured);
                break;
            case RequirementsLine.Requested { IsConstraint: true } constraint:
                AddLimit(constraint, constraints, isConstraint: true, file);
                break;
            case RequirementsLine.Requested requested:
                var origin = OriginOf(line, file);
                if (AddRoot(TextOf(requested), requested.IsEditable, origin, requested) is { } name)
                {
                    AddHashes(name, requested, origin);
                    var settingsSoFar = buildSettings.GetValueOrDefault(name, []);
                    if (!requested.ConfigSettings.IsEmpty)
                        buildSettings[name] = [.. settingsSoFar, .. requested.ConfigSettings];
                }

                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>pip passes over what follows an editable's path; a marker there is meant as one.</summary>
    private static string TextOf(RequirementsLine.Requested line) =>
        line.IsEditable && line.Rest.StartsWith(';') ? $"{line.Verbatim} {line.Rest}" : line.Verbatim;

    private RequirementOrigin.InFile OriginOf(RequirementsLine line, string file) =>
        new(names.NameOf(line.Source, file), line.Number)
        {
            IsIncluded = !string.Equals(line.Source, names.Locate(file), StringComparison.Ordinal),
        };

    private void AddOptions(RequirementsLine.Configured line)
    {
        var isRemote = Location.Of(line.Source).IsRemote;
        var stated = line.Options.WithLocations(location => InputNames.Anchor(location, line.Source, Exists));
        // Whoever writes a file on a server does not decide which servers are believed.
        options.Add(isRemote ? stated with { TrustedHosts = [] } : stated);
        if (isRemote && !stated.TrustedHosts.IsEmpty)
        {
            const string Message = "ignoring `--trusted-host` in a remote requirements file";
            warnings.Add(
                new Diagnostic("remote-trusted-host", Message)
                {
                    Hints = [$"Trust the host on the command line: {Control.TrustedHost.With(stated.TrustedHosts[0])}"],
                }.In(line.Source, line.Number)
            );
        }
    }

    private static bool Exists(string path) => FileStatus.Exists(path, followLinks: true);

    private void AddHashes(PackageName name, RequirementsLine.Requested line, RequirementOrigin.InFile origin)
    {
        var found = ReadHashes(line, origin);
        if (found.IsEmpty)
            return;
        if (!hashes.TryGetValue(name, out var list))
            hashes[name] = list = [];
        list.AddRange(found);
    }

    private ImmutableArray<FileHash> ReadHashes(RequirementsLine.Requested line, RequirementOrigin.InFile origin)
    {
        var found = ImmutableArray.CreateBuilder<FileHash>();
        foreach (var text in line.Hashes)
        {
            if (FileHash.TryParse(text, out var hash, out var error))
                found.Add(hash);
            else
                errors.Add(error.In(origin.File, origin.Line));
        }

        return found.DrainToImmutable();
    }

    private async Task ReadLimitsAsync(
        string file,
        ImmutableArray<Limit>.Builder limits,
        bool isConstraint,
        CancellationToken cancellationToken
    )
    {
        foreach (var line in await ReadLinesAsync(file, isConstraint, cancellationToken))
        {
            if (line is RequirementsLine.Requested requested)
                AddLimit(requested, limits, isConstraint, LocalVariables.IsRemote(line.Source) ? line.Source : file);
            else if (line is RequirementsLine.Configured configured)
                AddOptions(configured);
        }
    }

    private void AddLimit(
        RequirementsLine.Requested line,
        ImmutableArray<Limit>.Builder limits,
        bool isConstraint,
        string file
    )
    {
        var origin = OriginOf(line, file);
        if (line.IsEditable)
        {
            errors.Add(
                new Diagnostic("invalid-constraint", "a constraint cannot be editable").In(origin.File, origin.Line)
            );
            return;
        }

        if (requirementText.Read(line.Verbatim, isEditable: false, origin, out var error)?.Root is not { } root)
        {
            var problem = error ?? NoName(line.Text.Trim());
            errors.Add(problem.In(origin.File, origin.Line));
            return;
        }

        if (isConstraint && !root.Requirement.Extras.IsEmpty)
        {
            errors.Add(
                new Diagnostic("invalid-constraint", $"the constraint `{line.Text.Trim()}` cannot have extras").In(
                    origin.File,
                    origin.Line
                )
            );
            return;
        }

        limits.Add(new Limit(root.Requirement, origin));
        AddHashes(root.Requirement.Name, line, origin);
    }

    private static Diagnostic NoName(string text) =>
        new(
            "invalid-constraint",
            $"`{UrlRedaction.ApplyToUrl(text)}` limits nothing: it does not say of what package it is"
        )
        {
            Hints = ["Write it as `NAME @ URL`"],
        };

    private async Task ReadExcludesAsync(string file, CancellationToken cancellationToken)
    {
        foreach (
            var line in (
                await ReadLinesAsync(file, isConstraints: false, cancellationToken)
            ).OfType<RequirementsLine.Requested>()
        )
        {
            if (PackageName.TryParse(line.Text.Trim(), out var name, out var error))
                excludes.Add(name);
            else
                errors.Add(error.In(file, line.Number));
        }
    }
}
