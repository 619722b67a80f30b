using System.Collections.Immutable;
using Krait.Server.Pages;
using Krait.Server.Policy;
using Krait.Server.Spaces;

namespace Krait.Server.Views;

/// <summary>What a view offers of a project.</summary>
/// <param name="Document">The page: files that may be installed.</param>
/// <param name="Sources">The namespaces that the files are from, in the view's order.</param>
/// <param name="Version">A text that is another one whenever the page may be.</param>
internal sealed record Listing(
    ProjectDocument Document,
    ImmutableArray<(Space Space, SpacePage Page)> Sources,
    string Version
)
{
    private const int RoughSizeOfFile = 400;

    /// <summary>Whether an upstream could not be asked whether it still holds.</summary>
    public bool IsStale { get; init; }

    /// <summary>When the oldest part of it was confirmed.</summary>
    public DateTimeOffset Fetched { get; init; }

    /// <summary>Files that are there but may not be installed, with the reasons.</summary>
    public ImmutableDictionary<string, Denial> Hidden { get; init; } = ImmutableDictionary<string, Denial>.Empty;

    /// <summary>From when on it holds: a clock may go back.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When a file that is hidden may be due.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>What tells its bytes from those at other times: hidden files appear one after the other.</summary>
    public required string Key { get; init; }

    /// <summary>About how much memory it takes.</summary>
    public long Size => 500 + (RoughSizeOfFile * ((long)Document.Files.Length + Hidden.Count));

    /// <summary>Whether it offers the same files as another listing of the project; what is known of them may be more.</summary>
    public bool OffersTheSameAs(Listing other) =>
        Hidden.Count == other.Hidden.Count
        && Sources
            .Select(source => (source.Space, source.Page.State.Document))
            .SequenceEqual(other.Sources.Select(source => (source.Space, source.Page.State.Document)));

    /// <summary>The namespace of a file: the first that has it.</summary>
    public Space SpaceOf(FileEntry file)
    {
        foreach (var (space, page) in Sources)
        {
            if (Sources.Length == 1 || page.Document?.Find(file.FileName) is not null)
                return space;
        }

        throw new ArgumentException($"`{file.FileName}` is not of this page", nameof(file));
    }

    /// <summary>The sum of the serial numbers: it grows with every change.</summary>
    public long Serial => Sources.Sum(source => source.Page.State.Serial);
}
