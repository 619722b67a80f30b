using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Projects.Compiling;

/// <summary>Reads the pins of an earlier output, to keep them where they fit. What cannot be read is no pin.</summary>
public static class EarlierPins
{
    /// <summary>The pins of a requirements file or `pylock.toml`.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its path.</param>
    /// <param name="variables">What `${NAME}` is looked up in.</param>
    /// <param name="conflicts">The extras and groups that exclude each other, of which a lock file speaks in its own words.</param>
    public static ImmutableArray<Preference> Read(
        string text,
        string file,
        IReadOnlyDictionary<string, string> variables,
        ImmutableArray<ConflictSet> conflicts
    ) =>
        Pylock.IsFileName(Path.GetFileName(file))
            ? ReadLock(text, file, conflicts)
            : ReadRequirements(text, file, variables);

    /// <summary>The environments that an earlier lock file resolved apart; empty for other files.</summary>
    public static ImmutableArray<Marker> ReadForks(string text, string file)
    {
        if (!Pylock.IsFileName(Path.GetFileName(file)) || !Pylock.TryParse(text, file, out var pylock, out _))
            return [];
        var texts = pylock.Tool?.GetTable("krait")?.GetArray("forks")?.AsStrings() ?? [];
        var markers = texts.Select(fork => Marker.TryParse(fork, out var marker, out _) ? marker : Marker.False);
        return [.. markers.Where(marker => !marker.IsFalse)];
    }

    /// <summary>The digests of an earlier requirements file, by pin.</summary>
    public static ImmutableDictionary<(PackageName Name, Version Version), ImmutableArray<string>> ReadHashes(
        string text,
        string file,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var hashes = ImmutableDictionary.CreateBuilder<(PackageName Name, Version Version), ImmutableArray<string>>();
        if (!Pylock.IsFileName(Path.GetFileName(file)))
        {
            foreach (var (pin, line) in ReadLines(text, file, variables).Where(pair => !pair.Line.Hashes.IsEmpty))
                hashes[(pin.Name, pin.Version)] = line.Hashes;
        }

        return hashes.ToImmutable();
    }

    private static ImmutableArray<Preference> ReadRequirements(
        string text,
        string file,
        IReadOnlyDictionary<string, string> variables
    ) => [.. ReadLines(text, file, variables).Select(pair => pair.Pin)];

    private static IEnumerable<(Preference Pin, RequirementsLine.Requested Line)> ReadLines(
        string text,
        string file,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var (lines, _) = RequirementsFileParser.Parse(text, file, isConstraints: false, variables);
        foreach (var line in lines.OfType<RequirementsLine.Requested>())
        {
            if (!Requirement.TryParse(line.Text.Trim(), out var requirement, out _))
                continue;
            if (
                requirement.Specifiers is
                {
                    IsExactPin: true,
                    Clauses: [
                        { Operator: SpecifierOperator.Equal or SpecifierOperator.Arbitrary, Version: { } version },
                    ],
                }
            )
            {
                yield return (new Preference(requirement.Name, version, requirement.Marker), line);
            }
        }
    }

    private static ImmutableArray<Preference> ReadLock(string text, string file, ImmutableArray<ConflictSet> conflicts)
    {
        if (!Pylock.TryParse(text, file, out var pylock, out _))
            return [];
        var pins = ImmutableArray.CreateBuilder<Preference>();
        foreach (var package in pylock.Packages)
        {
            var marker =
                package.Marker is { } condition
                && Marker.TryParse(ConflictMarkers.Restore(condition, conflicts), out var parsed, out _)
                    ? parsed
                    : Marker.True;
            if (package.Version is { } version && PackageName.TryParse(package.Name, out var name, out _))
                pins.Add(new Preference(name, version, marker));
        }

        return pins.ToImmutable();
    }
}
