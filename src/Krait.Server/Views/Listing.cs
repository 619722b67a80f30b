using System.Collections.Immutable;
using Krait.Server.Pages;
using Krait.Server.Spaces;

namespace Krait.Server.Views;

/// <summary>What a view offers of a project.</summary>
/// <param name="Document">The page: files that may be installed.</param>
/// <param name="Sources">The namespaces that the files are from, in the view's order.</param>
/// <param name="Version">A text that is another one whenever the page may be.</param>
/// <param name="IsStale">Whether an upstream could not be asked whether it still holds.</param>
/// <param name="Fetched">When the oldest part of it was confirmed.</param>
internal sealed record Listing(
    ProjectDocument Document,
    ImmutableArray<(Space Space, SpacePage Page)> Sources,
    string Version,
    bool IsStale,
    DateTimeOffset Fetched
)
{
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
