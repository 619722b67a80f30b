using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Versions;

/// <summary>A version specifier (PEP 440): clauses that a version must satisfy all together, in the order they were written.</summary>
public sealed class SpecifierSet : IEquatable<SpecifierSet>
{
    private VersionRanges? ranges;

    /// <summary>A set of the given clauses.</summary>
    public SpecifierSet(ImmutableArray<Specifier> clauses)
    {
        Clauses = clauses;
        foreach (var clause in clauses)
        {
            MentionsPrerelease |= clause.MentionsPrerelease;
            HasArbitrary |= clause.Operator is SpecifierOperator.Arbitrary;
        }
    }

    /// <summary>The set without clauses, which every version satisfies.</summary>
    public static SpecifierSet Any { get; } = new([]);

    /// <summary>The clauses as written.</summary>
    public ImmutableArray<Specifier> Clauses { get; }

    /// <summary>Whether a clause names a pre-release, and so lets pre-releases in.</summary>
    public bool MentionsPrerelease { get; }

    /// <summary>Whether the set is one `==` of a whole version, or one `===`.</summary>
    public bool IsExactPin =>
        Clauses is [{ Operator: SpecifierOperator.Equal or SpecifierOperator.Arbitrary, Version: not null }];

    /// <summary>Whether no version at all can satisfy the clauses together.</summary>
    public bool IsUnsatisfiable => HasArbitrary ? IsArbitraryUnsatisfiable() : ToRanges().IsEmpty;

    private bool HasArbitrary { get; }

    /// <summary>Parses comma-separated clauses; empty ones are skipped.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out SpecifierSet? set,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        set = null;
        error = null;
        var clauses = ImmutableArray.CreateBuilder<Specifier>(2);
        foreach (var range in text.Split(','))
        {
            var clause = PythonText.Trim(text[range]);
            if (clause.IsEmpty)
                continue;
            var position = 0;
            if (
                !SpecifierReader.TryRead(clause, ref position, out var specifier, out var problem)
                || position < clause.Length
            )
            {
                position = PythonText.SkipSpace(clause, position);
                if (specifier is not null)
                    problem = SpecifierReader.DescribeRest(clause, position, specifier);
                text.Overlaps(clause, out var offset);
                error = SpecifierReader.Describe(clause, text, offset + position, problem);
                return false;
            }

            clauses.Add(specifier);
        }

        set = clauses.Count == 0 ? Any : new SpecifierSet(clauses.DrainToImmutable());
        return true;
    }

    /// <summary>Parses a specifier of published metadata, where older spellings are repaired; the warning says how.</summary>
    public static bool TryParseLenient(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out SpecifierSet? set,
        out Diagnostic? warning,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        warning = null;
        if (TryParse(text, out set, out error))
            return true;
        foreach (var (repaired, repairs) in SpecifierRepair.Repair(text.ToString()))
        {
            if (!TryParse(repaired, out set, out _))
                continue;
            warning = new Diagnostic(
                "repaired-specifier",
                $"`{PythonText.Printable(text)}` is not a valid version specifier and was read as `{set}`: {repairs}"
            );
            error = null;
            return true;
        }

        return false;
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a version specifier.</exception>
    public static SpecifierSet Parse(string text) =>
        TryParse(text, out var set, out var error) ? set : throw new FormatException(error.Message);

    /// <summary>Whether the version satisfies every clause.</summary>
    /// <param name="version">The version.</param>
    /// <param name="prereleases">Whether pre-releases are accepted at all.</param>
    public bool Contains(Version version, bool prereleases = true)
    {
        if (!prereleases && version.IsPrerelease)
            return false;
        return ToRanges().Contains(version);
    }

    /// <summary>Whether a version, given as written, satisfies every clause; `===` compares the text, letter case aside.</summary>
    public bool Contains(ReadOnlySpan<char> versionText, bool prereleases = true)
    {
        if (!prereleases && Version.TryParse(versionText, out var version) && version.IsPrerelease)
            return false;
        foreach (var clause in Clauses)
        {
            if (!clause.Matches(versionText))
                return false;
        }

        return !Clauses.IsEmpty || Version.TryParse(versionText, out _);
    }

    /// <summary>
    /// The items whose versions satisfy every clause, in their order. Where <paramref name="prereleases"/> is null, PEP 440's
    /// default holds: pre-releases are left out, unless a clause names one or nothing else matches.
    /// </summary>
    public IEnumerable<T> Filter<T>(IEnumerable<T> items, Func<T, Version> versionOf, bool? prereleases = null)
    {
        var matches = items.Where(item => Contains(versionOf(item)));
        return FilterPrereleases(matches, item => versionOf(item).IsPrerelease, prereleases);
    }

    /// <summary>As <see cref="Filter{T}(IEnumerable{T}, Func{T, Version}, bool?)"/>, for versions as written.</summary>
    public IEnumerable<string> Filter(IEnumerable<string> versions, bool? prereleases = null)
    {
        var matches = versions.Where(text => Clauses.IsEmpty || Contains(text));
        return FilterPrereleases(
            matches,
            text => Version.TryParse(text, out var version) && version.IsPrerelease,
            prereleases
        );
    }

    /// <summary>The versions that satisfy every clause, local versions included.</summary>
    public VersionRanges ToRanges()
    {
        if (this.ranges is { } known)
            return known;
        return this.ranges = Clauses.IsEmpty ? VersionRanges.All : Intersection(Clauses.AsSpan());
    }

    /// <summary>Halves first: a list of thousands of exclusions costs little more than its length.</summary>
    private static VersionRanges Intersection(ReadOnlySpan<Specifier> clauses) =>
        clauses.Length == 1
            ? clauses[0].ToRanges()
            : Intersection(clauses[..(clauses.Length / 2)]).Intersect(Intersection(clauses[(clauses.Length / 2)..]));

    /// <summary>The clauses of both sets, each once.</summary>
    public SpecifierSet And(SpecifierSet other) => new([.. Clauses.Union(other.Clauses)]);

    /// <summary>Equality of the clauses, order and repetition aside.</summary>
    public bool Equals(SpecifierSet? other)
    {
        if (other is null)
            return false;
        if (ReferenceEquals(this, other) || Clauses.AsSpan().SequenceEqual(other.Clauses.AsSpan()))
            return true;
        return new HashSet<Specifier>(Clauses).SetEquals(other.Clauses);
    }

    public override bool Equals(object? obj) => Equals(obj as SpecifierSet);

    public override int GetHashCode()
    {
        // The same clause twice says no more than once. Nearly all sets have one clause or two, and requirements are hashed often.
        if (Clauses.Length > 8)
            return Clauses.Distinct().Aggregate(0, (mixed, clause) => mixed ^ clause.GetHashCode());
        var hash = 0;
        for (var i = 0; i < Clauses.Length; i++)
        {
            if (!Clauses.AsSpan(0, i).Contains(Clauses[i]))
                hash ^= Clauses[i].GetHashCode();
        }

        return hash;
    }

    /// <summary>The clauses in normal form, joined by commas.</summary>
    public override string ToString() => string.Join(',', Clauses);

    private IEnumerable<T> FilterPrereleases<T>(IEnumerable<T> matches, Func<T, bool> isPrerelease, bool? prereleases)
    {
        if (prereleases ?? MentionsPrerelease)
            return matches;
        if (prereleases is false)
            return matches.Where(item => !isPrerelease(item));
        var all = matches.ToList();
        return all.Exists(item => !isPrerelease(item)) ? all.Where(item => !isPrerelease(item)) : all;
    }

    /// <summary>Only the text after `===` can match: all such texts must agree, and the other clauses must accept it.</summary>
    private bool IsArbitraryUnsatisfiable()
    {
        var candidate = Clauses.First(clause => clause.Operator is SpecifierOperator.Arbitrary).VersionText;
        return !Contains(candidate);
    }
}
