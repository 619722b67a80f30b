using System.Collections.Immutable;
using Krait.Server.Storage;

namespace Krait.Server.Pages;

/// <summary>
/// What becomes of the files of a project when an upstream sends a newer page. The digest that was first seen of a file stays: another one
/// is refused. A file that is no longer listed is remembered, so that no other can take its name.
/// </summary>
internal static class DocumentMerge
{
    /// <summary>The outcome.</summary>
    /// <param name="Document">The page as it is offered.</param>
    /// <param name="State">What is known of its files.</param>
    /// <param name="Conflicts">Files whose digest differs from the one first seen; they are left out.</param>
    internal sealed record Outcome(ProjectDocument Document, ProjectState State, ImmutableArray<string> Conflicts);

    /// <summary>Compares a page with what is known.</summary>
    /// <param name="old">The page before; null where there was none.</param>
    /// <param name="state">What is known of the project's files.</param>
    /// <param name="sent">The page that was sent.</param>
    /// <param name="now">The time of it.</param>
    public static Outcome Apply(ProjectDocument? old, ProjectState state, ProjectDocument sent, DateTimeOffset now)
    {
        var pins = Pins(old, state);
        var conflicts = ImmutableArray.CreateBuilder<string>();
        var files = ImmutableArray.CreateBuilder<FileEntry>(sent.Files.Length);
        foreach (var file in sent.Files)
        {
            var isPinned = pins.TryGetValue(file.FileName, out var pin);
            if (isPinned && file.Sha256 is { } sha256 && !string.Equals(sha256, pin.Hex, StringComparison.Ordinal))
            {
                conflicts.Add(file.FileName);
                continue;
            }

            files.Add(
                isPinned && file.Sha256 is null ? file with { Hashes = file.Hashes.SetItem("sha256", pin.Hex) } : file
            );
        }

        var document = sent with { Files = files.ToImmutable() };
        return new Outcome(document, MarkRemoved(old, state, document, conflicts, now), conflicts.ToImmutable());
    }

    private static Dictionary<string, BlobId> Pins(ProjectDocument? old, ProjectState state)
    {
        var pins = new Dictionary<string, BlobId>(StringComparer.Ordinal);
        foreach (var file in old?.Files ?? [])
        {
            if (BlobId.TryParse(file.Sha256, out var id))
                pins[file.FileName] = id;
        }

        foreach (var (name, fact) in state.Files)
        {
            if (fact.Sha256 is { } id)
                pins[name] = id;
        }

        return pins;
    }

    private static ProjectState MarkRemoved(
        ProjectDocument? old,
        ProjectState state,
        ProjectDocument document,
        ImmutableArray<string>.Builder conflicts,
        DateTimeOffset now
    )
    {
        var listed = document.Files.Select(file => file.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var file in old?.Files ?? [])
        {
            if (listed.Contains(file.FileName))
                continue;
            var fact = state.Files.GetValueOrDefault(file.FileName) ?? new FileFact();
            var pin = fact.Sha256 ?? (BlobId.TryParse(file.Sha256, out var id) ? id : null);
            state = state.With(file.FileName, fact with { Sha256 = pin, Removed = fact.Removed ?? now });
        }

        foreach (var (name, fact) in state.Files)
        {
            if (fact.Removed is not null && listed.Contains(name) && !conflicts.Contains(name))
                state = state.With(name, fact with { Removed = null });
        }

        return state;
    }
}
