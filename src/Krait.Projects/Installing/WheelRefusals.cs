using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>Refuses wheels that are not for the machine: installed, they could not be imported.</summary>
internal static class WheelRefusals
{
    /// <summary>Refuses a wheel for another platform or another Python, by the tags in its name.</summary>
    /// <exception cref="KraitException">It is not for the machine.</exception>
    public static void RefuseOtherMachine(WheelFileName wheel, ResolutionTarget.Specific? target)
    {
        if (target?.Tags is not { } tags || tags.RankOf(wheel) is not null)
            return;
        var gap = WheelGap.Of([wheel], tags, target.Python);
        throw new KraitException(
            new Diagnostic(
                "wheel-for-other-machine",
                $"`{wheel}` is not compatible with {gap.What}: it is for {gap.Listed}"
            )
            {
                Hints = [$"Choose a wheel of `{wheel.Name}` for {gap.What}, or require a version from an index"],
            }
        );
    }

    /// <summary>Refuses a distribution whose Requires-Python excludes the machine's Python.</summary>
    /// <exception cref="KraitException">It is not for the machine.</exception>
    public static void RefuseOtherPython(string distribution, SpecifierSet? requiresPython, Version python)
    {
        if (
            requiresPython is null
            || requiresPython.Clauses.IsEmpty
            || new PythonSupport(requiresPython).Allows(python)
        )
        {
            return;
        }

        throw new KraitException(
            new Diagnostic(
                "requires-other-python",
                $"`{distribution}` needs Python {requiresPython}, and the target is {python}"
            )
            {
                Hints = ["Choose another version, or another Python"],
            }
        );
    }
}
