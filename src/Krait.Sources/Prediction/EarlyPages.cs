using Krait.Index;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Sources.Prediction;

/// <summary>
/// Asks for pages before it is known which Python they are for: while an interpreter is started to say what it is, the index has time to
/// answer. What comes of it is found by the resolution in the client's memory; what turns out not to be needed costs a request.
/// </summary>
public static class EarlyPages
{
    /// <summary>Asks for the pages of some projects, and of what they are known to require, where the cache has none at all.</summary>
    /// <param name="client">What asks, and keeps the answers. It may be disposed while answers are on their way.</param>
    /// <param name="indexes">Where the projects are looked for; only the first index of each is asked.</param>
    /// <param name="roots">The projects that are looked for in any case.</param>
    /// <param name="lookahead">What may be asked for ahead of time.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static void Request(
        IndexClient client,
        IndexSettings indexes,
        IEnumerable<PackageName> roots,
        LookaheadOptions lookahead,
        CancellationToken cancellationToken
    )
    {
        if (!lookahead.AsksEarly)
            return;
        var asked = new HashSet<PackageName>();
        var waiting = new Queue<PackageName>(roots);
        while (waiting.TryDequeue(out var name))
        {
            if (!asked.Add(name))
                continue;
            var first = indexes.Of(name).Locations.FirstOrDefault();
            if (first is null || first.Url.IsFile || client.TryRecallPage(first, name, out _))
                continue;
            _ = ObserveAsync(client.GetPageAsync(first, name, cancellationToken));
            if (!lookahead.Predicts)
                continue;
            foreach (var likely in KnownPackages.Default.RequirementsOf(name, extra: null))
                waiting.Enqueue(likely.Name);
        }
    }

    private static async Task ObserveAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception failure)
            when (failure is KraitException or OperationCanceledException or ObjectDisposedException)
        {
            // The resolution asks again, if it needs the page, and tells what went wrong.
        }
    }
}
