using System.Collections.Immutable;
using Krait.Installer.Wheels;
using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>
/// Unpacked wheels in the cache are not what was unpacked: files were edited through an environment, or lost. The entries have been
/// dropped and the environment is unchanged; fetch the wheels again and execute the plan again.
/// </summary>
public sealed class DamagedWheelException : KraitException
{
    private const int MostListed = 3;

    private DamagedWheelException(ImmutableArray<(WheelKey Wheel, string File)> damaged)
        : base(Describe(damaged)) => Wheels = [.. damaged.Select(one => one.Wheel)];

    /// <summary>The entries that have to be added again.</summary>
    public ImmutableArray<WheelKey> Wheels { get; }

    /// <summary>Drops the entry of a wheel.</summary>
    internal static DamagedWheelException Dropping(StoredWheel wheel, string file)
    {
        wheel.Drop();
        return new DamagedWheelException([(wheel.Key, file)]) { Files = [file] };
    }

    /// <summary>One failure for all wheels that are damaged, in the order of their names; null where there is none.</summary>
    internal static DamagedWheelException? All(IEnumerable<DamagedWheelException> damaged)
    {
        var all = damaged
            .SelectMany(one => one.Wheels.Zip(one.Files))
            .DistinctBy(one => one.First)
            .OrderBy(one => one.First.File.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        return all.IsEmpty ? null : new DamagedWheelException(all) { Files = [.. all.Select(one => one.Second)] };
    }

    private ImmutableArray<string> Files { get; init; } = [];

    private static Diagnostic Describe(ImmutableArray<(WheelKey Wheel, string File)> damaged)
    {
        const string Consequence = "removed from the cache; the environment is unchanged";
        if (damaged is [var one])
        {
            return new Diagnostic(
                "cache-damaged",
                $"`{one.Wheel.File}` in the cache is damaged: `{one.File}` is not what was unpacked"
            )
            {
                Package = one.Wheel.File.Name.Value,
                Version = one.Wheel.File.Version.ToString(),
                Notes = [Consequence],
            };
        }

        var others = damaged.Length - MostListed;
        return new Diagnostic("cache-damaged", $"{damaged.Length} wheels in the cache are damaged")
        {
            Notes =
            [
                .. damaged
                    .Take(MostListed)
                    .Select(damage => $"`{damage.File}` of `{damage.Wheel.File}` is not what was unpacked"),
                .. others > 0 ? [$"and {others} more"] : Array.Empty<string>(),
                Consequence,
            ],
        };
    }
}
