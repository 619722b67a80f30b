using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Markers;

/// <summary>
/// Prints conditions as alternatives of conjunctions. Every way from the root of the diagram to "always" is an alternative; what
/// holds whatever the answer to a question is said once, and what one alternative says too much of in the light of the others
/// is left out.
/// </summary>
internal sealed class MarkerText
{
    /// <summary>How a condition that never holds is written: every Python is newer.</summary>
    private const string Never = "python_version < '0'";

    /// <summary>More alternatives than any marker that people wrote has; a lock file has some more for each extra or group that it names.</summary>
    private const int MaximumAlternatives = 1_000;

    /// <summary>How many more.</summary>
    private const int AlternativesOfChoice = 4;

    /// <summary>From here on the work on the shortest text would grow faster than the text.</summary>
    private const int ManyChoices = 64;

    /// <summary>Reading back once has always been enough; more than that is no reason to go on for ever.</summary>
    private const int MaximumAttempts = 8;

    private readonly MarkerStore store;
    private readonly Dictionary<int, List<List<int>>> known = new()
    {
        [MarkerStore.True] =
        [
            [],
        ],
        [MarkerStore.False] = [],
    };

    private readonly int most;
    private readonly bool hasManyChoices;

    private MarkerText(MarkerStore store, int choices)
    {
        this.store = store;
        most = MaximumAlternatives + (choices * AlternativesOfChoice);
        hasManyChoices = choices > ManyChoices;
    }

    /// <summary>The text of a condition; null where it always holds.</summary>
    public static string? Format(MarkerStore store, int id)
    {
        id = Settle(store, id);
        if (id == MarkerStore.True)
            return null;
        if (id == MarkerStore.False)
            return Never;
        return Write(store, id);
    }

    private static string Write(MarkerStore store, int id)
    {
        var alternatives = AlternativesOf(store, id);
        var text = new StringBuilder();
        foreach (var alternative in alternatives)
        {
            if (text.Length > 0)
                text.Append(" or ");
            var conjunction = string.Join(" and ", alternative);
            if (alternatives.Count > 1 && alternative.Count > 1)
                text.Append('(').Append(conjunction).Append(')');
            else
                text.Append(conjunction);
        }

        return text.ToString();
    }

    /// <summary>
    /// What holds on no machine there is may not be known for that while it is a part of something larger, but is when its
    /// text is read back: the condition that the text says, until nothing changes.
    /// </summary>
    private static int Settle(MarkerStore store, int id)
    {
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            if (id is MarkerStore.True or MarkerStore.False || !store.Node(id).Variable.IsAboutPlatforms)
                break;
            if (!Marker.TryParse(store, Write(store, id), out var again, out _) || again.Id == id)
                break;
            id = again.Id;
        }

        return id;
    }

    /// <summary>The alternatives of a condition, each a conjunction, without what is redundant, in the order of printing.</summary>
    public static List<List<MarkerTerm>> AlternativesOf(MarkerStore store, int id)
    {
        var alternatives = new MarkerText(store, MarkerWalk.CountChoices(store, id))
            .Collect(id)
            .ConvertAll(parts => parts.ToList());
        MarkerSimplifier.Simplify(store, alternatives);
        // Terms by variable, then alternatives by their terms' variables; what ties keeps its order.
        return
        [
            .. alternatives
                .SelectMany(parts => Expand(store, parts))
                // Two questions about a kernel's release may be written in the same way.
                .Select(terms => terms.Distinct().OrderBy(term => term.Key).ToList())
                .Order(Comparer<List<MarkerTerm>>.Create(CompareKeys)),
        ];
    }

    private List<List<int>> Collect(int id)
    {
        if (this.known.TryGetValue(id, out var known))
            return known;
        var node = store.Node(id);
        if (IsEnough(node))
            return this.known[id] = CollectChain(id);
        if (hasManyChoices)
            return this.known[id] = CollectPlainly(node);
        // What holds whatever the answer is said without the question, and left out of the answers where that is no longer.
        var common = node.Children.Aggregate(MarkerStore.True, store.And);
        var alternatives = new List<List<int>>();
        foreach (var child in ChildrenInOrder(node))
        {
            if (child == MarkerStore.False)
                continue;
            var whole = Collect(child);
            var rest = child == MarkerStore.True ? whole : Collect(store.And(child, store.Not(common)));
            AddAnswers(alternatives, node, child, rest.Count > whole.Count ? whole : rest);
        }

        alternatives.AddRange(Collect(common));
        return this.known[id] = Limited(alternatives);
    }

    /// <summary>
    /// The alternatives of a condition on many extras or groups. Subtracting what holds whatever the answer would negate each of them, so only
    /// alternatives that are repeated literally are dropped.
    /// </summary>
    private List<List<int>> CollectPlainly(MarkerNode node)
    {
        var shared = Collect(node.Children.Aggregate(MarkerStore.True, store.And));
        var said = new HashSet<List<int>>(shared, new SameParts());
        var alternatives = new List<List<int>>();
        foreach (var child in ChildrenInOrder(node).Where(child => child != MarkerStore.False))
        {
            AddAnswers(alternatives, node, child, Collect(child).Where(answer => !said.Contains(answer)));
        }

        alternatives.AddRange(shared);
        return Limited(alternatives);
    }

    /// <summary>Adds what follows one answer to the question of a node, with that answer in front.</summary>
    private void AddAnswers(List<List<int>> alternatives, MarkerNode node, int child, IEnumerable<List<int>> following)
    {
        var leadsThere = node.Children.Select(c => c == child ? MarkerStore.True : MarkerStore.False);
        var question = store.Make(node, [.. leadsThere]);
        alternatives.AddRange(following.Select(answer => (List<int>)[question, .. answer]));
    }

    private List<List<int>> Limited(List<List<int>> alternatives) =>
        alternatives.Count <= most
            ? alternatives
            : throw new KraitException(new Diagnostic("marker-too-complex", "a marker is too complex to be written"));

    /// <summary>Whether yes is enough, whatever else there is: `'x' in extras or …`.</summary>
    private static bool IsEnough(MarkerNode node) =>
        node.Cuts.Length == 0 && node.Texts.Length == 0 && node.Children[1] == MarkerStore.True;

    /// <summary>The alternatives of a condition that begins with questions of which each is enough: a lock file may name thousands of groups.</summary>
    private List<List<int>> CollectChain(int id)
    {
        var alternatives = new List<List<int>>();
        while (id is not (MarkerStore.True or MarkerStore.False) && store.Node(id) is var node && IsEnough(node))
        {
            alternatives.Add([store.Make(node.Variable, MarkerStore.False, MarkerStore.True)]);
            id = node.Children[0];
        }

        alternatives.AddRange(Collect(id));
        return alternatives;
    }

    /// <summary>Ranges from the lowest; texts with the other ones first; yes before no.</summary>
    private static IEnumerable<int> ChildrenInOrder(MarkerNode node)
    {
        if (node.Cuts.Length > 0)
            return node.Children.Distinct();
        return node.Texts.Length > 0
            ? node.Children.SkipLast(1).Prepend(node.Children[^1]).Distinct()
            : [node.Children[1], node.Children[0]];
    }

    /// <summary>The alternatives of terms that a conjunction of parts is: parts that one term cannot say are several.</summary>
    private static IEnumerable<List<MarkerTerm>> Expand(MarkerStore store, List<int> parts)
    {
        IEnumerable<List<MarkerTerm>> alternatives =
        [
            [],
        ];
        foreach (var part in parts)
        {
            var choices = TermsOf(store.Node(part));
            alternatives = alternatives.SelectMany(_ => choices, (terms, choice) => terms.Concat(choice).ToList());
        }

        return alternatives;
    }

    /// <summary>The alternatives of a condition on one variable.</summary>
    private static IEnumerable<IReadOnlyList<MarkerTerm>> TermsOf(MarkerNode node)
    {
        var key = node.Variable.Key;
        if (node.Cuts.Length > 0)
            return MarkerRangeText.TermsOf(key, MarkerPython.RangesTo(node, MarkerStore.True));
        if (node.Texts.Length == 0)
            return Single(AnswerOf(node));
        if (node.Children[^1] == MarkerStore.True)
            return Single([.. node.Texts.Select(text => new MarkerTerm(key, MarkerOperator.NotEqual, text))]);
        return node.Texts.Select(text => (MarkerTerm[])[new MarkerTerm(key, MarkerOperator.Equal, text)]);
    }

    private static IReadOnlyList<MarkerTerm>[] Single(params MarkerTerm[] conjunction) => [conjunction];

    private static MarkerTerm AnswerOf(MarkerNode node)
    {
        var variable = node.Variable;
        var isReversed = variable.Kind is MarkerVariableKind.Contains or MarkerVariableKind.Member;
        var yes = variable.Kind switch
        {
            MarkerVariableKind.Extra => MarkerOperator.Equal,
            MarkerVariableKind.Opaque => variable.Operator,
            _ => MarkerOperator.In,
        };
        var answer = node.Children[1] == MarkerStore.True ? yes : yes.Negate();
        return new MarkerTerm(variable.Key, answer, variable.Text, isReversed);
    }

    private static int CompareKeys(List<MarkerTerm> left, List<MarkerTerm> right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (left[i].Key != right[i].Key)
                return left[i].Key.CompareTo(right[i].Key);
        }

        return left.Count.CompareTo(right.Count);
    }

    // Not EqualityComparer.Create: one use of it gives every compared type in the executable an object more, which are all made when it starts.
    private sealed class SameParts : IEqualityComparer<List<int>>
    {
        public bool Equals(List<int>? one, List<int>? other) =>
            one is not null && other is not null && one.SequenceEqual(other);

        public int GetHashCode(List<int> parts) => parts.Aggregate(parts.Count, HashCode.Combine);
    }
}
