using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// All incompatibilities of a solver, as slices of one array of terms. Numbers grow with age, so that a cause has a lower
/// number than what follows from it.
/// </summary>
internal sealed class Incompatibilities
{
    private readonly List<int> starts = [0];
    private readonly List<PackageId> packages = [];
    private readonly List<int> terms = [];
    private readonly List<CauseKind> kinds = [];
    private readonly List<(int First, int Second)> causes = [];

    internal Incompatibilities() { }

    private Incompatibilities(Incompatibilities other)
    {
        starts = [.. other.starts];
        packages = [.. other.packages];
        terms = [.. other.terms];
        kinds = [.. other.kinds];
        causes = [.. other.causes];
    }

    /// <summary>How many there are.</summary>
    public int Count => kinds.Count;

    /// <summary>The packages of an incompatibility's terms, in the order of <see cref="TermAt"/>.</summary>
    public ReadOnlySpan<PackageId> PackagesOf(IncompatibilityId incompatibility) =>
        CollectionsMarshal.AsSpan(packages)[starts[incompatibility.Value]..starts[incompatibility.Value + 1]];

    /// <summary>The codes of an incompatibility's terms.</summary>
    internal ReadOnlySpan<int> TermCodesOf(IncompatibilityId incompatibility) =>
        CollectionsMarshal.AsSpan(terms)[starts[incompatibility.Value]..starts[incompatibility.Value + 1]];

    /// <summary>One term of an incompatibility.</summary>
    public Term TermAt(IncompatibilityId incompatibility, int index) =>
        Term.FromCode(terms[starts[incompatibility.Value] + index]);

    /// <summary>What an incompatibility says about a package, or `Any`.</summary>
    public Term TermOf(IncompatibilityId incompatibility, PackageId package)
    {
        var index = PackagesOf(incompatibility).IndexOf(package);
        return index < 0 ? Term.Any : TermAt(incompatibility, index);
    }

    /// <summary>What an incompatibility follows from.</summary>
    public CauseKind KindOf(IncompatibilityId incompatibility) => kinds[incompatibility.Value];

    /// <summary>The two that a derived incompatibility follows from.</summary>
    public (IncompatibilityId First, IncompatibilityId Second) CausesOf(IncompatibilityId incompatibility)
    {
        var (first, second) = causes[incompatibility.Value];
        return (new IncompatibilityId(first), new IncompatibilityId(second));
    }

    /// <summary>Who depends on whom, in an incompatibility that states a dependency.</summary>
    public (PackageId Dependent, PackageId Dependency) DependencyOf(IncompatibilityId incompatibility)
    {
        var (dependent, dependency) = causes[incompatibility.Value];
        return (new PackageId(dependent), new PackageId(dependency));
    }

    /// <summary>The caller's number for an external reason.</summary>
    public int ReasonOf(IncompatibilityId incompatibility) => causes[incompatibility.Value].First;

    internal Incompatibilities Copy() => new(this);

    internal void AddTerm(PackageId package, Term term)
    {
        packages.Add(package);
        terms.Add(term.Code);
    }

    internal IncompatibilityId Seal(CauseKind kind, int first, int second)
    {
        starts.Add(packages.Count);
        kinds.Add(kind);
        causes.Add((first, second));
        return new IncompatibilityId(kinds.Count - 1);
    }

    /// <summary>{ dependent S, not dependency T }</summary>
    internal IncompatibilityId AddDependency(
        VersionSetStore sets,
        CauseKind kind,
        PackageId dependent,
        SetId set,
        PackageId dependency,
        SetId needed
    )
    {
        if (dependent == dependency)
        {
            // foo 1 needs foo >=2: foo 1 is unusable.
            AddTerm(dependent, Term.Positive(sets.Intersect(set, sets.Complement(needed))));
        }
        else
        {
            AddTerm(dependent, Term.Positive(set));
            // foo 1 needs a version of bar that cannot exist: foo 1 is unusable.
            if (needed != SetId.Empty)
                AddTerm(dependency, Term.Negative(needed));
        }

        return Seal(kind, dependent.Value, dependency.Value);
    }
}
