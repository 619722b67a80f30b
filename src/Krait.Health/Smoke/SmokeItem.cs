using System.Collections.Immutable;
using Krait.Health.Modules;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Projects.Inspection;

namespace Krait.Health.Smoke;

/// <summary>A package, or a module that a user names, with what is tried about it.</summary>
/// <param name="Number">Its place in the list.</param>
/// <param name="Name">Its name.</param>
/// <param name="Probes">What is tried, in order.</param>
internal sealed record SmokeItem(int Number, string Name, ImmutableArray<SmokeProbe> Probes)
{
    /// <summary>The installed package; null for a module that a user names.</summary>
    public InstalledPackage? Package { get; init; }

    /// <summary>Whether several others import it, so that it is worth importing before workers part.</summary>
    public bool IsShared { get; init; }

    /// <summary>The names that its modules and those of its requirements may be installed under.</summary>
    public ImmutableHashSet<string> OwnModules { get; init; } = [];

    /// <summary>What is tried about an installed package: its modules, then its entry points.</summary>
    public static SmokeItem Of(int number, InstalledPackage package, SmokeRequest request)
    {
        var modules = TopLevelModules.Of(package);
        _ = EntryPoints.TryParse(package.Distribution.ReadEntryPoints(), out var entries, out _);
        var points = entries.All.Where(entry => PythonIdentifier.IsDottedPath(entry.Module));
        return new SmokeItem(
            number,
            package.Name.Value,
            [
                .. modules.Select(module => new SmokeProbe(SmokeProbeKind.Import, module) { Module = module }),
                .. points
                    .Where(entry => HasExtras(entry, package, request))
                    .Select(entry => new SmokeProbe(SmokeProbeKind.EntryPoint, $"{entry.Group}:{entry.Name}")
                    {
                        Module = entry.Module,
                        Attribute = entry.Attribute,
                        Group = entry.Group,
                    }),
            ]
        )
        {
            Package = package,
            IsShared = package.RequiredBy.Length > 1,
            OwnModules = [.. modules.Select(module => module.Split('.')[0])],
        };
    }

    /// <summary>A module that a user names.</summary>
    public static SmokeItem Of(int number, string module) =>
        new(number, module, [new SmokeProbe(SmokeProbeKind.Import, module) { Module = module }]);

    /// <summary>Whether what an entry point of an extra needs is installed.</summary>
    private static bool HasExtras(EntryPoint entry, InstalledPackage package, SmokeRequest request)
    {
        var markers = request.Environment.Interpreter.Markers;
        return entry.Extras.All(text =>
            ExtraName.TryParse(text, out var extra, out _)
            && package
                .Stated.Where(stated => !stated.Marker.Evaluate(markers) && stated.Marker.Evaluate(markers, [extra]))
                .All(stated => request.Graph.Find(stated.Name) is not null)
        );
    }
}
