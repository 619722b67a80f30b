using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// The nodes of markers, each kept once, append-only. Changes happen under one lock; reading a node needs none. A process has one store
/// for what it parses; when that is full, another takes its place, and the old one lives as long as a marker of it does. Markers of two
/// stores meet in the younger one.
/// </summary>
internal sealed class MarkerStore
{
    /// <summary>The condition that always holds.</summary>
    public const int True = 0;

    /// <summary>The condition that never holds.</summary>
    public const int False = 1;

    /// <summary>How many texts are remembered, and how long ones.</summary>
    private const int MaximumRemembered = 2_048;

    /// <summary>How many nodes a store makes before another takes its place; what it takes over from older ones does not count.</summary>
    internal const int MaximumNodes = 1 << 18;

    /// <summary>How many answers are remembered.</summary>
    private const int MaximumConjunctions = 1 << 20;

    private static MarkerStore? current;

    private readonly Lock gate = new();
    private readonly Dictionary<MarkerNode, int> ids = [];
    private readonly Dictionary<(int, int), int> conjunctions = [];
    private readonly Dictionary<int, int> negations = new() { [True] = False, [False] = True };
    private readonly Dictionary<string, int> parsed = new(StringComparer.Ordinal);
    private readonly Dictionary<Version, string> releases = [];
    private MarkerNode?[] nodes = new MarkerNode?[64];
    private int count = 2;
    private readonly ConditionalWeakTable<MarkerStore, Dictionary<int, int>> taken = [];
    private readonly int generation;
    private int imported;
    private int fuel = int.MaxValue;
    private int? facts;

    private MarkerStore(int generation) => this.generation = generation;

    /// <summary>The store for what is made now.</summary>
    public static MarkerStore Current
    {
        get
        {
            var store = Volatile.Read(ref current);
            return store is { IsFull: false } ? store : Renew(store);
        }
    }

    /// <summary>Whether another store is to be used for what is new.</summary>
    public bool IsFull => Count - Volatile.Read(ref imported) >= MaximumNodes;

    /// <summary>The store in which markers of two stores meet; null stands for markers that every store has.</summary>
    public static MarkerStore Common(MarkerStore? one, MarkerStore? other)
    {
        var younger =
            one is null ? other
            : other is null || one.generation > other.generation ? one
            : other;
        return younger is { IsFull: false } ? younger : Current;
    }

    /// <summary>Lets another store take the place of one that is full.</summary>
    internal static MarkerStore Renew(MarkerStore? full)
    {
        var next = new MarkerStore((full?.generation ?? 0) + 1);
        var found = Interlocked.CompareExchange(ref current, next, full);
        return found == full ? next : Current;
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>The lock that multi-step changes hold; it may be entered again by its holder.</summary>
    public Lock Gate => gate;

    /// <summary>The node of a condition that is neither always nor never true.</summary>
    public MarkerNode Node(int id) => Volatile.Read(ref nodes)[id] ?? throw new UnreachableException();

    /// <summary>The hash of a condition: the same for equal conditions, whatever stores they are in.</summary>
    public int HashOf(int id) => id is True or False ? id : Node(id).GetHashCode();

    /// <summary>The condition of another store, in this one.</summary>
    public int Import(MarkerStore? other, int id)
    {
        if (other is null || other == this)
            return id;
        lock (gate)
        {
            var known = taken.GetValue(other, static _ => []);
            if (known.TryGetValue(id, out var here))
                return here;
            var before = count;
            // A node is younger than what it leads to: in the order of their numbers, everything is there when it is needed.
            foreach (var node in ReachableFrom(other, id, known))
                known[node] = Copy(other.Node(node), known);
            Volatile.Write(ref imported, imported + (count - before));
            return known[id];
        }
    }

    private static SortedSet<int> ReachableFrom(MarkerStore other, int id, Dictionary<int, int> known)
    {
        var found = new SortedSet<int> { id };
        var pending = new Stack<int>([id]);
        while (pending.TryPop(out var next))
        {
            foreach (var child in other.Node(next).Children)
            {
                if (child is not (True or False) && !known.ContainsKey(child) && found.Add(child))
                    pending.Push(child);
            }
        }

        return found;
    }

    private int Copy(MarkerNode node, Dictionary<int, int> known)
    {
        int[] children = [.. node.Children.Select(child => child is True or False ? child : known[child])];
        if (node.Texts.Length == 0 || node.Variable.Key is not MarkerKey.PlatformRelease)
            return Make(node, children);
        // Each store has its own spelling of equal releases.
        var texts = Array.ConvertAll(
            node.Texts,
            text => Version.TryParse(text, out var version) && version.Local is null ? ReleaseText(version, text) : text
        );
        Array.Sort(texts, children, 0, texts.Length, StringComparer.Ordinal);
        return Make(node.Variable, texts.AsSpan(), children);
    }

    /// <summary>The condition of a text that was parsed before: the same markers are written in most metadata.</summary>
    public int? FindParsed(ReadOnlySpan<char> text)
    {
        lock (gate)
            return parsed.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var id) ? id : null;
    }

    /// <summary>Remembers the condition of a text, while there is room.</summary>
    public void AddParsed(ReadOnlySpan<char> text, int id)
    {
        if (text.Length > MaximumRemembered)
            return;
        lock (gate)
        {
            if (parsed.Count < MaximumRemembered)
                parsed.TryAdd(text.ToString(), id);
        }
    }

    /// <summary>The text by which nodes know a value of `platform_release` that is a version: the first spelling of equal ones.</summary>
    public string ReleaseText(Version version, string written)
    {
        lock (gate)
        {
            if (!releases.TryGetValue(version, out var text))
                releases.Add(version, text = written);
            return text;
        }
    }

    /// <summary>As the other, for a value that no marker may have named.</summary>
    public string? FindRelease(Version version)
    {
        lock (gate)
            return releases.GetValueOrDefault(version);
    }

    /// <summary>
    /// Runs a step that may make at most <paramref name="fuel"/> new nodes, so that a hostile marker cannot take all memory; null
    /// when it needs more.
    /// </summary>
    public int? WithFuel(int fuel, Func<MarkerStore, int> step)
    {
        lock (gate)
        {
            this.fuel = fuel;
            try
            {
                return step(this);
            }
            catch (OutOfFuelException)
            {
                return null;
            }
            finally
            {
                this.fuel = int.MaxValue;
            }
        }
    }

    /// <summary>The condition that a node stands for; a question whose answers all lead to one place is not asked.</summary>
    public int Make(MarkerVariable variable, ReadOnlySpan<VersionCut> cuts, ReadOnlySpan<int> children)
    {
        lock (gate)
        {
            var keptCuts = new List<VersionCut>(cuts.Length);
            var keptChildren = new List<int>(children.Length) { children[0] };
            for (var i = 0; i < cuts.Length; i++)
            {
                if (children[i + 1] == keptChildren[^1])
                    continue;
                keptCuts.Add(cuts[i]);
                keptChildren.Add(children[i + 1]);
            }

            return keptCuts.Count == 0 ? keptChildren[0] : Intern(variable, [.. keptCuts], [], [.. keptChildren]);
        }
    }

    /// <summary>As the other, for a question about a text.</summary>
    public int Make(MarkerVariable variable, ReadOnlySpan<string> texts, ReadOnlySpan<int> children)
    {
        lock (gate)
        {
            var otherwise = children[^1];
            var keptTexts = new List<string>(texts.Length);
            var keptChildren = new List<int>(children.Length);
            for (var i = 0; i < texts.Length; i++)
            {
                if (children[i] == otherwise)
                    continue;
                keptTexts.Add(texts[i]);
                keptChildren.Add(children[i]);
            }

            if (keptTexts.Count == 0)
                return otherwise;
            keptChildren.Add(otherwise);
            return Intern(variable, [], [.. keptTexts], [.. keptChildren]);
        }
    }

    /// <summary>As the others, for a question of yes and no.</summary>
    public int Make(MarkerVariable variable, int whenNo, int whenYes)
    {
        lock (gate)
            return whenNo == whenYes ? whenNo : Intern(variable, [], [], [whenNo, whenYes]);
    }

    /// <summary>A node that asks the same question with other places to lead to.</summary>
    public int Make(MarkerNode node, ReadOnlySpan<int> children)
    {
        if (node.Cuts.Length > 0)
            return Make(node.Variable, node.Cuts, children);
        return node.Texts.Length > 0
            ? Make(node.Variable, node.Texts, children)
            : Make(node.Variable, children[0], children[1]);
    }

    /// <summary>The condition that both hold.</summary>
    public int And(int left, int right)
    {
        lock (gate)
            return Conjoin(left, right);
    }

    /// <summary>The condition that either holds.</summary>
    public int Or(int left, int right)
    {
        lock (gate)
            return Negate(Conjoin(Negate(left), Negate(right)));
    }

    /// <summary>
    /// The condition that one of them holds. Extras and groups that are enough by themselves, of which a lock file may name thousands, become a chain
    /// without any node that the answer does not need.
    /// </summary>
    public int AnyOf(int[] ids)
    {
        lock (gate)
        {
            var enough = ids.Where(IsChoice).ToHashSet();
            var chain = enough
                .OrderByDescending(id => Node(id).Variable)
                .Aggregate(False, (next, id) => Make(Node(id).Variable, next, True));
            return MarkerCompiler.Join([chain, .. ids.Where(id => !enough.Contains(id))], False, Or);
        }
    }

    /// <summary>Whether it is the condition that an extra or a group of a lock file is chosen.</summary>
    private bool IsChoice(int id) =>
        id is not (True or False) && Node(id) is { Variable.Kind: MarkerVariableKind.Member, Children: [False, True] };

    /// <summary>The condition that the other does not hold.</summary>
    public int Not(int id)
    {
        lock (gate)
            return Negate(id);
    }

    private int Conjoin(int left, int right)
    {
        if (left == right || right == True)
            return left;
        if (left == True)
            return right;
        if (left == False || right == False)
            return False;
        if (negations.TryGetValue(left, out var opposite) && opposite == right)
            return False;
        var key = left < right ? (left, right) : (right, left);
        if (conjunctions.TryGetValue(key, out var known))
            return known;
        var result = ConjoinNodes(Node(left), left, Node(right), right);
        if (Contradicts(result))
            result = False;
        if (conjunctions.Count >= MaximumConjunctions)
            conjunctions.Clear();
        conjunctions[key] = result;
        return result;
    }

    private int ConjoinNodes(MarkerNode left, int leftId, MarkerNode right, int rightId)
    {
        var order = left.Variable.CompareTo(right.Variable);
        if (order < 0)
            return MapChildren(left, child => Conjoin(child, rightId));
        if (order > 0)
            return MapChildren(right, child => Conjoin(leftId, child));
        if (left.Cuts.Length > 0)
            return ConjoinRanges(left, right);
        if (left.Texts.Length > 0)
            return ConjoinTexts(left, right);
        return Make(
            left.Variable,
            Conjoin(left.Children[0], right.Children[0]),
            Conjoin(left.Children[1], right.Children[1])
        );
    }

    private int ConjoinRanges(MarkerNode left, MarkerNode right)
    {
        var cuts = new List<VersionCut>(left.Cuts.Length + right.Cuts.Length);
        var children = new List<int>(cuts.Capacity + 1) { Conjoin(left.Children[0], right.Children[0]) };
        var (l, r) = (0, 0);
        while (l < left.Cuts.Length || r < right.Cuts.Length)
        {
            var order =
                l == left.Cuts.Length ? 1
                : r == right.Cuts.Length ? -1
                : left.Cuts[l].CompareTo(right.Cuts[r]);
            cuts.Add(order <= 0 ? left.Cuts[l] : right.Cuts[r]);
            if (order <= 0)
                l++;
            if (order >= 0)
                r++;
            children.Add(Conjoin(left.Children[l], right.Children[r]));
        }

        return Make(left.Variable, cuts.ToArray().AsSpan(), children.ToArray());
    }

    private int ConjoinTexts(MarkerNode left, MarkerNode right)
    {
        string[] texts = [.. left.Texts.Union(right.Texts, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var children = new int[texts.Length + 1];
        for (var i = 0; i < texts.Length; i++)
            children[i] = Conjoin(left.ChildFor(texts[i]), right.ChildFor(texts[i]));
        children[^1] = Conjoin(left.Children[^1], right.Children[^1]);
        return Make(left.Variable, texts.AsSpan(), children);
    }

    private int Negate(int id)
    {
        if (negations.TryGetValue(id, out var known))
            return known;
        var result = MapChildren(Node(id), Negate);
        negations[id] = result;
        negations[result] = id;
        return result;
    }

    private int MapChildren(MarkerNode node, Func<int, int> map)
    {
        var children = new int[node.Children.Length];
        for (var i = 0; i < children.Length; i++)
            children[i] = map(node.Children[i]);
        return Make(node, children);
    }

    /// <summary>Whether the condition holds on no machine there is (`os_name == 'nt' and sys_platform == 'linux'`).</summary>
    private bool Contradicts(int id)
    {
        // Platforms are asked about at the root: a condition about something else contradicts nothing.
        if (id is True or False || !Node(id).Variable.IsAboutPlatforms)
            return false;
        // The facts are themselves built by conjunctions: until they are known, nothing contradicts them.
        if (this.facts is null)
        {
            this.facts = True;
            var built = MarkerFacts.Build(this);
            conjunctions.Clear();
            this.facts = built;
        }

        return this.facts != True && id != this.facts && AreDisjoint(id, this.facts.Value);
    }

    /// <summary>Whether two conditions exclude each other, without making nodes.</summary>
    private bool AreDisjoint(int left, int right)
    {
        if (left == False || right == False)
            return true;
        if (left == True || right == True || left == right)
            return false;
        var (l, r) = (Node(left), Node(right));
        var order = l.Variable.CompareTo(r.Variable);
        if (order < 0)
            return Array.TrueForAll(l.Children, child => AreDisjoint(child, right));
        if (order > 0)
            return Array.TrueForAll(r.Children, child => AreDisjoint(left, child));
        if (!AreDisjoint(l.Children[^1], r.Children[^1]))
            return false;
        return Array.TrueForAll(l.Texts, text => AreDisjoint(l.ChildFor(text), r.ChildFor(text)))
            && Array.TrueForAll(r.Texts, text => AreDisjoint(l.ChildFor(text), r.ChildFor(text)));
    }

    private int Intern(MarkerVariable variable, VersionCut[] cuts, string[] texts, int[] children)
    {
        const int Few = 32;
        var hashes = children.Length <= Few ? stackalloc int[Few] : new int[children.Length];
        for (var i = 0; i < children.Length; i++)
            hashes[i] = HashOf(children[i]);
        var node = new MarkerNode(variable, cuts, texts, children, hashes[..children.Length]);
        if (ids.TryGetValue(node, out var id))
            return id;
        if (fuel-- == 0)
            throw new OutOfFuelException();
        if (count == nodes.Length)
        {
            var larger = new MarkerNode?[nodes.Length * 2];
            nodes.CopyTo(larger, 0);
            Volatile.Write(ref nodes, larger);
        }

        id = count;
        nodes[id] = node;
        ids.Add(node, id);
        Volatile.Write(ref count, id + 1);
        return id;
    }

    [SuppressMessage("Design", "CA1064", Justification = "It never leaves the store.")]
    private sealed class OutOfFuelException : Exception;
}
