using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// All incompatibilities of a solver, as slices of one array of terms. Numbers grow with age, so that a cause has a lower
/// number than what follows from it.
/// </summary>
internal sealed class Incompatibilities
{
    private readonly List<int> starts = [0];
    private readonly List<int> packages = [];
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
    public ReadOnlySpan<int> PackagesOf(int incompatibility) =>
        CollectionsMarshal.AsSpan(packages)[starts[incompatibility]..starts[incompatibility + 1]];

    /// <summary>The codes of an incompatibility's terms.</summary>
    internal ReadOnlySpan<int> TermCodesOf(int incompatibility) =>
        CollectionsMarshal.AsSpan(terms)[starts[incompatibility]..starts[incompatibility + 1]];

    /// <summary>One term of an incompatibility.</summary>
    public Term TermAt(int incompatibility, int index) => Term.FromCode(terms[starts[incompatibility] + index]);

    /// <summary>What an incompatibility says about a package, or `Any`.</summary>
    public Term TermOf(int incompatibility, int package)
    {
        var index = PackagesOf(incompatibility).IndexOf(package);
        return index < 0 ? Term.Any : TermAt(incompatibility, index);
    }

    /// <summary>What an incompatibility follows from.</summary>
    public CauseKind KindOf(int incompatibility) => kinds[incompatibility];

    /// <summary>
    /// The two incompatibilities behind a derived one; the dependent and the dependency; the package and -1; the caller's
    /// number and -1.
    /// </summary>
    public (int First, int Second) CauseOf(int incompatibility) => causes[incompatibility];

    internal Incompatibilities Copy() => new(this);

    internal void AddTerm(int package, Term term)
    {
        packages.Add(package);
        terms.Add(term.Code);
    }

    internal int Seal(CauseKind kind, int first, int second)
    {
        starts.Add(packages.Count);
        kinds.Add(kind);
        causes.Add((first, second));
        return kinds.Count - 1;
    }

    /// <summary>{ dependent S, not dependency T }</summary>
    internal int AddDependency(VersionSetStore sets, CauseKind kind, int dependent, int set, int dependency, int needed)
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
            if (needed != VersionSetStore.Empty)
                AddTerm(dependency, Term.Negative(needed));
        }

        return Seal(kind, dependent, dependency);
    }
}
