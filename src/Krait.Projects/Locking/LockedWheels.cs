using System.Collections.Immutable;
using System.Text;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Building;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>Reads lock files (`pylock.toml`, PEP 751) and chooses what a machine installs from them.</summary>
/// <param name="loader">Reads files and URLs.</param>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="builds">Builds what is no wheel; null where nothing is built.</param>
public sealed class LockedWheels(TextLoader loader, string workingFolder, SourceBuilds? builds)
{
    private readonly HashSet<PackageName> entries = [];

    /// <summary>The mirrors that have what a lock file lists; null for none.</summary>
    public Mirrors? Mirrors { get; init; }

    /// <summary>All packages that the files read so far have an entry of.</summary>
    public ImmutableHashSet<PackageName> Names => [.. entries];

    /// <summary>Whether a file is a lock file, by its name.</summary>
    public static bool IsLock(string file) => Pylock.IsFileName(Path.GetFileName(file));

    /// <summary>The wheels of one file.</summary>
    /// <param name="file">The path or URL of the lock file, as the user names it.</param>
    /// <param name="target">The machine.</param>
    /// <param name="wanted">The extras and groups that are installed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="KraitException">The file cannot be read, or is not for this machine (unusable input).</exception>
    public async Task<ImmutableArray<ChosenWheel>> ReadAsync(
        string file,
        MachineTarget target,
        LockSelection wanted,
        CancellationToken cancellationToken
    )
    {
        var location = Location.Of(file).From(workingFolder);
        var text = await loader.ReadAsync(location.Text, cancellationToken);
        if (!Pylock.TryParse(text, file, out var pylock, out var errors))
        {
            var others = errors.Skip(1).Select(error => error.Message);
            throw Unusable(errors[0] with { Notes = [.. errors[0].Notes, .. others] });
        }

        foreach (var package in pylock.Packages)
        {
            if (PackageName.TryParse(package.Name, out var name, out _))
                entries.Add(name);
        }

        RefuseGaps(pylock, file, "Restore the entry, or create the lock file again");
        var extras = wanted.AllExtras ? pylock.Extras : wanted.Extras;
        RefuseUnknown("extra", extras, pylock.Extras, file);
        RefuseUnknown("dependency group", wanted.Groups, pylock.DependencyGroups, file);
        IReadOnlyCollection<string>? groups = wanted.Groups.IsEmpty ? null : wanted.Groups;
        return await ChooseAsync(pylock, location, file, target, (extras, groups), cancellationToken);
    }

    /// <summary>The wheels of a lock file that was read already.</summary>
    /// <param name="pylock">The lock file.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="target">The machine.</param>
    /// <param name="wanted">The extras and groups that are installed; null groups are those that the file installs by default.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="KraitException">The file is not for this machine (unusable input).</exception>
    public async Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        Pylock pylock,
        Location location,
        string file,
        MachineTarget target,
        (IReadOnlyCollection<string> Extras, IReadOnlyCollection<string>? Groups) wanted,
        CancellationToken cancellationToken
    )
    {
        var isSelected = pylock.TrySelect(
            target.Markers,
            target.Tags.RankOf,
            wanted.Extras,
            wanted.Groups,
            out var selection,
            out var error
        );
        if (!isSelected)
            throw Unusable(error!.In(file)); // there is one where nothing is selected
        var sources = builds is null ? null : new LockedSources(builds, location, file) { Mirrors = Mirrors };
        var wheels = ImmutableArray.CreateBuilder<ChosenWheel>(selection.Length);
        foreach (var choice in selection)
        {
            wheels.Add(
                IsWheel(choice) ? ToWheel(choice, location, file, target)
                : sources is null ? throw NeedsBuild(choice.Package, file)
                : await sources.ChooseAsync(choice, cancellationToken)
            );
        }

        return wheels.MoveToImmutable();
    }

    /// <summary>Whether a choice is a wheel already.</summary>
    private static bool IsWheel(PylockChoice choice)
    {
        var file = choice switch
        {
            PylockChoice.FromWheel wheel => wheel.File,
            PylockChoice.FromArchive archive => archive.File,
            _ => null,
        };
        return file?.FileName is { } name && WheelFileName.TryParse(name, out _, out _);
    }

    /// <summary>Refuses a lock file that has lost an entry.</summary>
    /// <exception cref="KraitException">A package lists a dependency that the file does not have.</exception>
    internal static void RefuseGaps(Pylock pylock, string file, Remedy hint)
    {
        var gaps = PylockGaps.Find(pylock);
        if (gaps.IsEmpty)
            return;
        throw new KraitException(
            new Diagnostic("incomplete-lock", Describe(gaps[0]))
            {
                Notes = [.. gaps.Skip(1).Take(4).Select(Describe)],
                Hints = [hint],
            }.In(file)
        );
    }

    /// <summary>A missing entry in words.</summary>
    internal static string Describe((string Package, string Missing) gap) =>
        $"`{gap.Package}` requires `{gap.Missing}`, which is missing from the lock file";

    private static void RefuseUnknown(string kind, IEnumerable<string> wanted, IEnumerable<string> known, string file)
    {
        var names = known.Select(name => NameNormalization.Normalize(name)).ToHashSet(StringComparer.Ordinal);
        if (wanted.FirstOrDefault(name => !names.Contains(NameNormalization.Normalize(name))) is not { } missing)
            return;
        throw Unusable(
            new Diagnostic($"unknown-{kind.Replace(' ', '-')}", $"the lock file has no {kind} `{missing}`")
            {
                Notes =
                    names.Count == 0
                        ? []
                        :
                        [
                            $"it has {string.Join(", ", names.Order(StringComparer.Ordinal).Select(name => $"`{name}`"))}",
                        ],
            }.In(file)
        );
    }

    internal static KraitException Unusable(Diagnostic error) => new(error) { Kind = FailureKind.UnusableInput };

    private FetchedWheel ToWheel(PylockChoice choice, Location location, string file, MachineTarget target)
    {
        var package = choice.Package;
        var chosen = choice switch
        {
            PylockChoice.FromWheel wheel => wheel.File,
            PylockChoice.FromArchive archive => archive.File,
            _ => throw NeedsBuild(package, file),
        };
        if (chosen.FileName is not { } name || !WheelFileName.TryParse(name, out var parsed, out _))
            throw NeedsBuild(package, file);
        WheelRefusals.RefuseOtherMachine(parsed, target.ToSpecific());
        var url = Locate(chosen, location, file);
        if (!chosen.TryReadHashes(out var hashes, out var error))
            throw Unusable((error with { Notes = [.. error.Notes, $"it is a file of `{package.Name}`"] }).In(file));
        var isDirect = choice is PylockChoice.FromArchive;
        var source =
            package.Index is { } index && SafeUrl.TryParse(index, out var address, out _)
                ? new IndexLocation(address).SourceKey
                : "url-" + WheelKey.SourceOf(url.Canonical);
        var request = new DownloadRequest(url, name)
        {
            Hashes = hashes,
            Size = chosen.Size,
            Mirror = MirrorOf(Mirrors, package, parsed.Name),
        };
        return new FetchedWheel(parsed.Name, parsed.Version, new WheelKey(parsed, source), request)
        {
            DirectUrl = isDirect ? Origin(url, chosen) : null,
            RunsOn = package.RequiresPython is null ? target.Python : null,
        };
    }

    internal static ProjectMirror? MirrorOf(Mirrors? mirrors, PylockPackage package, PackageName name) =>
        mirrors?.Find(package.Index) is { } mirror ? new ProjectMirror(mirror, name) : null;

    private static byte[] Origin(SafeUrl url, PylockFile file) =>
        Encoding.UTF8.GetBytes(new DirectUrl.Archive { Url = url.ToString(), Hashes = file.Hashes }.ToJson());

    /// <summary>The address of a file; a path counts from the lock file's folder, and a lock file from elsewhere may name none.</summary>
    internal static SafeUrl Locate(PylockFile chosen, Location location, string file)
    {
        var isHere = location.TryGetLocalPath("/", out var lockFile);
        if (chosen.Path is { } path && isHere)
            return SafeUrl.FromPath(Path.GetFullPath(path, Path.GetDirectoryName(lockFile) ?? "/"));
        if (chosen.Url is { } url && SafeUrl.TryParse(url, out var parsed, out _))
        {
            return parsed.IsFile && !isHere
                ? throw Unusable(
                    new Diagnostic(
                        "remote-lock-path",
                        "a lock file from another machine cannot name files of this one"
                    ).In(file)
                )
                : parsed;
        }

        throw Unusable(
            new Diagnostic("lock-without-address", $"`{chosen.FileName}` has no address that can be used").In(file)
        );
    }

    private static KraitException NeedsBuild(PylockPackage package, string file) =>
        new(WheelsOnly.Refuse($"`{package.Name}`").In(file));
}
