using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Platform.Tracing;
using Krait.Projects.Workspaces;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>The lock of a workspace as it was read: a standard lock file, and what `[tool.krait]` adds to it, where we wrote it.</summary>
/// <param name="File">Its absolute path.</param>
/// <param name="Text">Its text.</param>
/// <param name="Pylock">Its content.</param>
public sealed record WorkspaceLock(string File, string Text, Pylock Pylock)
{
    /// <summary>The revision of what we keep in `[tool.krait]`, and of how we spell the file.</summary>
    public const int Revision = 1;

    private TomlTable? Own => Pylock.Tool?.GetTable("krait");

    /// <summary>Whether we wrote it.</summary>
    public bool IsOurs => Own?.GetInteger("revision") is not null;

    /// <summary>The digest of what the lock was made of; null where we did not write it.</summary>
    public string? Digest => Own?.GetString("digest");

    /// <summary>The digest of the settings that the lock was made with; null where we did not write it.</summary>
    public string? SettingsDigest => Own?.GetString("settings");

    /// <summary>The environments that were resolved apart.</summary>
    public ImmutableArray<Marker> Forks =>
        [
            .. (Own?.GetArray("forks")?.AsStrings() ?? [])
                .Select(text => Marker.TryParse(text, out var marker, out _) ? marker : Marker.False)
                .Where(marker => !marker.IsFalse),
        ];

    /// <summary>The requirements that the lock was made of, by unit.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Stated =>
        (Own?.GetTable("requirements")?.Entries ?? []).ToImmutableSortedDictionary(
            entry => entry.Key,
            entry => entry.Value.AsArray?.AsStrings() ?? [],
            StringComparer.Ordinal
        );

    /// <summary>How its versions were chosen; defaults are left out.</summary>
    public ImmutableSortedDictionary<string, string> Choosing =>
        (Own?.GetTable("options")?.Entries ?? []).ToImmutableSortedDictionary(
            entry => entry.Key,
            entry => entry.Value.AsString ?? "",
            StringComparer.Ordinal
        );

    /// <summary>The versions from indexes, by package; several where environments differ.</summary>
    public ILookup<string, Version> Versions =>
        Pylock
            .Packages.Where(package => package is { IsDirect: false, Version: not null })
            .ToLookup(package => package.Name, package => package.Version!, StringComparer.Ordinal); // filtered before

    /// <summary>The error of a command that needs the lock of a workspace that has none.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="shown">What messages call the lock.</param>
    public static KraitException Missing(Workspace workspace, string shown) =>
        new(
            new Diagnostic("no-lock", $"there is no lock file `{shown}`")
            {
                Hints = [$"Create it with {CommandOf(workspace)}"],
            }
        );

    /// <summary>The command that locks a workspace.</summary>
    internal static Control CommandOf(Workspace workspace) =>
        workspace.Script is { } script ? Control.LockScript.With(script.Shown) : Control.Lock;

    /// <summary>Reads the lock of a workspace; null where there is none.</summary>
    /// <param name="file">Its absolute path.</param>
    /// <param name="shown">What messages call it.</param>
    /// <exception cref="KraitException">It cannot be read, or is from a newer krait (unusable input).</exception>
    public static WorkspaceLock? TryRead(string file, string shown)
    {
        var error = PlainFile.TryRead(file, out var text);
        if (error == FileError.NotFound)
            return null;
        if (error != FileError.None)
            throw Unusable(new FileSystemException("read", file, error).Diagnostic);
        return Parse(file, shown, text);
    }

    /// <summary>Reads the text of a lock.</summary>
    /// <exception cref="KraitException">It cannot be read, or is from a newer krait (unusable input).</exception>
    public static WorkspaceLock Parse(string file, string shown, string text)
    {
        using var span = Tracer.Begin("read lock");
        if (!Pylock.TryParse(text, shown, out var pylock, out var errors))
        {
            throw new DamagedLockException(
                errors[0] with
                {
                    Message = $"the lock file cannot be used: {errors[0].Message}",
                    Notes = [.. errors[0].Notes, .. errors.Skip(1).Take(3).Select(error => error.Message)],
                    Hints = [$"Restore it, or make a new one: remove the file and run {Control.Lock}"],
                }
            );
        }

        var found = new WorkspaceLock(file, text, pylock);
        if (found.Own?.GetInteger("revision") is > Revision and var newer)
        {
            throw Unusable(
                new Diagnostic(
                    "newer-lock",
                    $"the lock file was written by a newer version of krait (revision {newer.ToString(CultureInfo.InvariantCulture)})"
                )
                {
                    Notes = [$"this version reads revision {Revision} and older"],
                    Hints = ["Update krait"],
                }.In(shown)
            );
        }

        return found;
    }

    /// <summary>Its versions, as preferences for the next resolution.</summary>
    public ImmutableArray<Preference> Preferences
    {
        get
        {
            var preferences = ImmutableArray.CreateBuilder<Preference>();
            foreach (var package in Pylock.Packages)
            {
                if (
                    package.Version is null
                    || package.IsDirect
                    || !PackageName.TryParse(package.Name, out var name, out _)
                )
                {
                    continue;
                }

                var marker =
                    package.Marker is { } text && Marker.TryParse(text, out var parsed, out _)
                        ? parsed.WithoutChoices()
                        : Marker.True;
                preferences.Add(new Preference(name, package.Version, marker));
            }

            return preferences.ToImmutable();
        }
    }

    /// <summary>What a package of the lock requires: its own requirements and those of its extras; empty where the lock does not say.</summary>
    public static ImmutableArray<(Requirement Requirement, ExtraName? Extra)> RequirementsOf(PylockPackage package)
    {
        if (package.Tool?.GetTable("krait") is not { } own)
            return [];
        var all = ImmutableArray.CreateBuilder<(Requirement, ExtraName?)>();
        Add(own["requires"], null);
        foreach (var entry in own.GetTable("extras")?.Entries ?? [])
        {
            if (ExtraName.TryParse(entry.Key, out var extra, out _))
                Add(entry.Value, extra);
        }

        return all.ToImmutable();

        void Add(TomlValue? list, ExtraName? extra)
        {
            foreach (var text in list?.AsArray?.AsStrings() ?? [])
            {
                if (Requirement.TryParse(text, out var requirement, out _))
                    all.Add((requirement, extra));
            }
        }
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
