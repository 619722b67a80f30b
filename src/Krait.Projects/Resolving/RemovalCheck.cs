using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Work;

namespace Krait.Projects.Resolving;

/// <summary>Asks the indexes whether pinned versions have been withdrawn since they were cached: one conditional request each.</summary>
/// <param name="bench">What to work with.</param>
public sealed class RemovalCheck(Workbench bench)
{
    private const int Width = 32;

    /// <summary>What was withdrawn, by name; a package that could not be asked about is among it, with that as its reason.</summary>
    public async Task<ImmutableArray<Diagnostic>> RunAsync(
        IEnumerable<(PackageName Name, Version Version)> pins,
        CancellationToken cancellationToken
    )
    {
        var found = new ConcurrentBag<Diagnostic>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            pins.Distinct(),
            options,
            async (pin, token) =>
            {
                if (await FindAsync(pin.Name, pin.Version, token) is { } problem)
                    found.Add(problem.About(pin.Name.Value, pin.Version.ToString()));
            }
        );
        return [.. found.OrderBy(problem => problem.Package, StringComparer.Ordinal)];
    }

    private async Task<Diagnostic?> FindAsync(PackageName name, Version version, CancellationToken cancellationToken)
    {
        var pin = $"{name}=={version}";
        try
        {
            foreach (var location in bench.Indexes.Of(name).Locations)
            {
                if (await bench.Client.AskAgainAsync(location, name, cancellationToken) is PageResponse.Found found)
                    return Judge(found.Page, version, pin, location.ToString());
            }

            return new Diagnostic("pin-removed", $"`{pin}` is pinned, but no index has `{name}` any more");
        }
        catch (KraitException failure)
        {
            return new Diagnostic("removal-unknown", $"could not check whether `{pin}` has been withdrawn")
            {
                Cause = failure.Diagnostic,
                Topic = DiagnosticTopic.UnknownRemoval,
            };
        }
    }

    private static Diagnostic? Judge(ProjectPage page, Version version, string pin, string place)
    {
        var index = page.IndexOf(version);
        if (index < 0)
            return new Diagnostic("pin-removed", $"`{pin}` is pinned, but {place} does not have it any more");
        var (start, count) = page.FilesOf(index);
        var files = Enumerable.Range(start, count).Select(page.FileAt).ToList();
        if (!files.TrueForAll(file => file.IsYanked))
            return null;
        var reason = files.Select(file => file.YankedReason).FirstOrDefault(text => text is { Length: > 0 });
        return new Diagnostic("pin-yanked", $"`{pin}` is pinned, but its author has withdrawn it")
        {
            Notes = reason is null ? [] : [$"the reason given: {reason}"],
        };
    }
}
