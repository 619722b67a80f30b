using Krait.Archives;
using Krait.Build.Hooks;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Files;

namespace Krait.Build.Building;

/// <summary>Metadata that a backend prepared before it builds, which what it builds must then have.</summary>
internal static class PreparedMetadata
{
    /// <summary>Reads what a hook has prepared.</summary>
    /// <returns>The folder, and the metadata in it.</returns>
    /// <exception cref="KraitException">There is none.</exception>
    public static (string Folder, CoreMetadata Metadata) Read(
        BuildSession session,
        HookStep step,
        HookOutcome outcome,
        ArchiveLimits limits
    )
    {
        var isNamed =
            outcome is HookOutcome.Returned { Text: { Length: > 0 } name }
            && ContainedPath.WhyUnsafe(name) is null
            && !name.Contains('/', StringComparison.Ordinal);
        if (!isNamed)
            throw session.Fail(step.Hook, outcome);
        var folder = Path.Join(step.Target!, ((HookOutcome.Returned)outcome).Text); // checked above
        var metadata =
            Read(folder, limits.MetadataSize)
            ?? throw new KraitException(
                new Diagnostic(
                    "build-no-metadata",
                    $"failed to build {session.Source.Title}: the backend reported metadata in `{SafeText.Escape(Path.GetFileName(folder))}`, but did not write it"
                )
            );
        return (folder, metadata);
    }

    /// <summary>Compares the metadata of a wheel with what was prepared.</summary>
    /// <exception cref="KraitException">They differ in what a resolution depends on.</exception>
    public static void Compare(BuildSession session, string folder, CoreMetadata built)
    {
        if (Read(folder, int.MaxValue) is not { } prepared)
            return;
        var (field, before, after) = Differ(prepared, built);
        if (field is null)
            return;
        throw new KraitException(
            new Diagnostic(
                "build-metadata-changed",
                $"failed to build {session.Source.Title}: `{field}` in the wheel differs from the metadata that its backend prepared"
            )
            {
                Notes = [$"prepared: `{SafeText.Escape(before)}`", $"built: `{SafeText.Escape(after)}`"],
            }
        );
    }

    /// <summary>The failure of a backend that has built something else than the project states.</summary>
    public static KraitException Contradicts(BuildSession session, CoreMetadata stated, WheelFileName built) =>
        new(
            new Diagnostic(
                "build-metadata-changed",
                $"failed to build {session.Source.Title}: the backend built `{built}`, but the project is `{stated.Name} {stated.Version}`"
            )
        );

    private static (string? Field, string Before, string After) Differ(CoreMetadata prepared, CoreMetadata built)
    {
        if (prepared.Name != built.Name)
            return ("Name", prepared.Name.Value, built.Name.Value);
        if (prepared.Version != built.Version)
            return ("Version", prepared.Version.ToString(), built.Version.ToString());
        var (before, after) = (Texts(prepared.RequiresDist), Texts(built.RequiresDist));
        if (!before.SetEquals(after))
        {
            return (
                "Requires-Dist",
                string.Join(", ", before.Except(after, StringComparer.Ordinal)),
                string.Join(", ", after.Except(before, StringComparer.Ordinal))
            );
        }

        var (python, other) = (prepared.RequiresPython ?? SpecifierSet.Any, built.RequiresPython ?? SpecifierSet.Any);
        return python.Equals(other) ? (null, "", "") : ("Requires-Python", python.ToString(), other.ToString());
    }

    private static HashSet<string> Texts(IEnumerable<Requirement> requirements) =>
        requirements.Select(requirement => requirement.ToString()).ToHashSet(StringComparer.Ordinal);

    private static CoreMetadata? Read(string folder, int limit)
    {
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return null;
        using (opened)
        {
            return
                opened.TryReadFile("METADATA", limit, out var content) == FileError.None
                && CoreMetadata.TryParse(content, out var metadata, out _)
                ? metadata
                : null;
        }
    }
}
