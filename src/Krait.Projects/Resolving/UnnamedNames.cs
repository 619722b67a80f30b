using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Work;

namespace Krait.Projects.Resolving;

/// <summary>Asks sources for the names that what is asked for does not say, before anything is resolved or planned.</summary>
/// <param name="bench">What to work with.</param>
internal sealed class UnnamedNames(Workbench bench)
{
    /// <summary>The same inputs with a name for everything.</summary>
    /// <param name="inputs">What is asked for.</param>
    /// <param name="markers">The one environment that it is for, where what is for others needs no name; null for all.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <exception cref="KraitException">A source cannot be obtained.</exception>
    public async Task<RequirementSet> FindAsync(
        RequirementSet inputs,
        MarkerEnvironment? markers,
        CancellationToken cancellationToken
    )
    {
        if (inputs.Unnamed.IsEmpty)
            return inputs;
        var wanted = inputs.Unnamed.Where(one => markers is null || one.Marker.Evaluate(markers)).ToList();
        var direct = bench.CreateDirect(inputs, hashes: null, target: null);
        var names = await Task.WhenAll(
            wanted.Select(one => direct.FindNameAsync(one.Url, one.IsEditable, cancellationToken))
        );
        var roots = inputs.Roots.ToBuilder();
        var hashes = inputs.Hashes;
        // From the last one on, so that the positions before it stay right.
        for (var i = wanted.Count - 1; i >= 0; i--)
        {
            roots.Insert(wanted[i].Position, wanted[i].Named(names[i]));
            if (!wanted[i].Hashes.IsEmpty)
                hashes = hashes.SetItem(names[i], [.. hashes.GetValueOrDefault(names[i], []), .. wanted[i].Hashes]);
        }

        return inputs with
        {
            Roots = roots.ToImmutable(),
            Hashes = hashes,
            Unnamed = [],
        };
    }
}
