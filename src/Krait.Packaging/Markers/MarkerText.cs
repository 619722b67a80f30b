using System.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// Prints conditions as alternatives of conjunctions. Every way from the root of the diagram to "always" is an alternative; what
/// one says too much of in the light of the others is then left out.
/// </summary>
internal sealed class MarkerText
{
    /// <summary>How a condition that never holds is written: every Python is newer.</summary>
    private const string Never = "python_version < '0'";

    private readonly MarkerStore _store;
    private readonly List<List<MarkerTerm>> _alternatives = [];
    private readonly List<MarkerTerm> _path = [];

    private MarkerText(MarkerStore store) => _store = store;

    /// <summary>The text of a condition that does not always hold.</summary>
    public static string Format(MarkerStore store, int id)
    {
        if (id == MarkerStore.False)
            return Never;
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

    /// <summary>The alternatives of a condition, each a conjunction, without what is redundant, in the order of printing.</summary>
    public static List<List<MarkerTerm>> AlternativesOf(MarkerStore store, int id)
    {
        var collector = new MarkerText(store);
        collector.Collect(id);
        MarkerSimplifier.Simplify(collector._alternatives);
        return MarkerSimplifier.Sort(collector._alternatives);
    }

    private void Collect(int id)
    {
        if (id == MarkerStore.False)
            return;
        if (id == MarkerStore.True)
        {
            _alternatives.Add([.. _path]);
            return;
        }
        var node = _store.Node(id);
        if (node.Cuts.Length > 0)
            CollectRanges(node);
        else if (node.Texts.Length > 0)
            CollectTexts(node);
        else
            CollectAnswers(node);
    }

    private void CollectRanges(MarkerNode node)
    {
        foreach (var child in node.Children.Distinct())
        {
            var ranges = VersionRanges.Empty;
            for (var i = 0; i < node.Children.Length; i++)
            {
                if (node.Children[i] == child)
                    ranges = ranges.Union(MarkerPython.Interval(node, i));
            }
            foreach (var terms in MarkerRangeText.TermsOf(node.Variable.Key, ranges))
                CollectWith(terms, child);
        }
    }

    private void CollectTexts(MarkerNode node)
    {
        var key = node.Variable.Key;
        var otherwise = node.Children[^1];
        CollectWith(node.Texts.Select(text => new MarkerTerm(key, MarkerOperator.NotEqual, text)), otherwise);
        for (var i = 0; i < node.Texts.Length; i++)
        {
            var child = node.Children[i];
            if (Array.IndexOf(node.Children, child) < i)
                continue;
            for (var j = i; j < node.Texts.Length; j++)
            {
                if (node.Children[j] == child)
                    CollectWith([new MarkerTerm(key, MarkerOperator.Equal, node.Texts[j])], child);
            }
        }
    }

    private void CollectAnswers(MarkerNode node)
    {
        var (kind, _, key, text, asked) = node.Variable;
        var isReversed = kind is MarkerVariableKind.Contains or MarkerVariableKind.Member;
        var yes = kind switch
        {
            MarkerVariableKind.Extra => MarkerOperator.Equal,
            MarkerVariableKind.Opaque => asked,
            _ => MarkerOperator.In,
        };
        CollectWith([new MarkerTerm(key, yes, text, isReversed)], node.Children[1]);
        CollectWith([new MarkerTerm(key, yes.Negate(), text, isReversed)], node.Children[0]);
    }

    private void CollectWith(IEnumerable<MarkerTerm> terms, int child)
    {
        if (child == MarkerStore.False)
            return;
        var length = _path.Count;
        _path.AddRange(terms);
        Collect(child);
        _path.RemoveRange(length, _path.Count - length);
    }
}
