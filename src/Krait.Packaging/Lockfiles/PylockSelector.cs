using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;

namespace Krait.Packaging.Lockfiles;

/// <summary>The steps of installing from a pylock.toml (pylock specification, "Installation"), as far as they choose.</summary>
internal sealed class PylockSelector(
    Pylock pylock,
    MarkerEnvironment environment,
    Func<WheelFileName, int?> rankOf,
    IReadOnlyCollection<string> extras,
    IReadOnlyCollection<string>? groups
)
{
    /// <summary>How many files a message names.</summary>
    private const int MostNamed = 3;

    private readonly MarkerEvaluator evaluator = new(environment)
    {
        Extras = extras,
        DependencyGroups = groups ?? pylock.DefaultGroups,
    };

    public bool TrySelect(out ImmutableArray<PylockChoice> selection, [NotNullWhen(false)] out Diagnostic? error)
    {
        selection = [];
        error = CheckEnvironment();
        if (error is not null)
            return false;
        var wanted = new List<PylockPackage>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var package in pylock.Packages)
        {
            if (package.MarkerExpression?.Evaluate(evaluator) == false)
                continue;
            error = CheckPackage(package, names);
            if (error is not null)
                return false;
            wanted.Add(package);
        }

        var choices = ImmutableArray.CreateBuilder<PylockChoice>(wanted.Count);
        foreach (var package in wanted)
        {
            if (Choose(package) is not { } choice)
            {
                error = NoFile(package);
                return false;
            }

            choices.Add(choice);
        }

        selection = choices.MoveToImmutable();
        return true;
    }

    private Diagnostic? CheckEnvironment()
    {
        var python = environment.ParsedPythonFullVersion;
        if (pylock.RequiresPython is { } requires && !requires.Contains(python))
            return Unusable($"the lock file is for Python `{requires}`, not {python}");
        if (pylock.Environments is not { } environments)
            return null;
        foreach (var marker in environments)
        {
            if (
                MarkerExpression.TryParse(marker, out var expression, out _)
                && expression.Evaluate(new MarkerEvaluator(environment))
            )
            {
                return null;
            }
        }

        return Unusable("the lock file is for other environments than this one");
    }

    private Diagnostic? CheckPackage(PylockPackage package, HashSet<string> names)
    {
        var python = environment.ParsedPythonFullVersion;
        if (package.RequiresPython is { } requires && !requires.Contains(python))
            return Unusable($"`{package.Name}` of the lock file is for Python `{requires}`, not {python}");
        return names.Add(package.Name)
            ? null
            : Unusable($"the lock file has more than one `{package.Name}` for this environment");
    }

    private PylockChoice? Choose(PylockPackage package)
    {
        if (package.Vcs is { } repository)
            return new PylockChoice.FromVcs(package, repository);
        if (package.Directory is { } folder)
            return new PylockChoice.FromFolder(package, folder);
        if (package.Archive is { } archive)
            return new PylockChoice.FromArchive(package, archive);
        PylockFile? best = null;
        var bestRank = default(WheelRank);
        foreach (var wheel in package.Wheels ?? [])
        {
            if (
                WheelFileName.TryParse(wheel.FileName, out var name, out _)
                && WheelRank.Of(name, rankOf(name)) is { } rank
                && (best is null || rank < bestRank)
            )
            {
                (best, bestRank) = (wheel, rank);
            }
        }

        if (best is not null)
            return new PylockChoice.FromWheel(package, best);
        return package.Sdist is { } sdist ? new PylockChoice.FromSdist(package, sdist) : null;
    }

    private static Diagnostic NoFile(PylockPackage package)
    {
        var wheels = package.Wheels ?? [];
        var fault = Unusable(
            $"`{package.Name}` of the lock file has no wheel for this environment and no source distribution"
        );
        if (wheels.IsEmpty)
            return fault;
        var others = wheels.Length > MostNamed ? $" and {wheels.Length - MostNamed} more" : "";
        var names = string.Join(", ", wheels.Take(MostNamed).Select(wheel => $"`{wheel.FileName}`"));
        return fault with { Notes = [$"the lock file has {names}{others}"] };
    }

    private static Diagnostic Unusable(string message) => new("unusable-pylock", message);
}
