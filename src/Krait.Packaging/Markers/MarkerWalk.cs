using Krait.Packaging.Names;

namespace Krait.Packaging.Markers;

/// <summary>Walks through the decision diagram: evaluation, and what markers say about extras.</summary>
internal static class MarkerWalk
{
    public static bool Evaluate(
        MarkerStore store,
        int id,
        MarkerEnvironment environment,
        ExtraName[] extras,
        ExtraName[] lockedExtras,
        ExtraName[] groups
    )
    {
        while (id is not (MarkerStore.True or MarkerStore.False))
        {
            var node = store.Node(id);
            var variable = node.Variable;
            id = variable.Kind switch
            {
                MarkerVariableKind.Version => node.ChildFor(ReleaseOf(environment, variable.Key)),
                MarkerVariableKind.Text => node.ChildFor(TextOf(store, environment, variable.Key)),
                MarkerVariableKind.PartOf => node.ChildFor(
                    variable.Text.Contains(environment.ValueOf(variable.Key), StringComparison.Ordinal)
                ),
                MarkerVariableKind.Contains => node.ChildFor(
                    environment.ValueOf(variable.Key).Contains(variable.Text, StringComparison.Ordinal)
                ),
                MarkerVariableKind.Extra => node.ChildFor(Has(extras, variable.Text)),
                MarkerVariableKind.Member => node.ChildFor(
                    Has(variable.Key is MarkerKey.Extras ? lockedExtras : groups, variable.Text)
                ),
                _ => node.ChildFor(EvaluateOpaque(variable, environment)),
            };
        }

        return id == MarkerStore.True;
    }

    /// <summary>The condition with extras answered: installed, not installed, or (null) left open.</summary>
    public static int AnswerExtras(MarkerStore store, int id, Func<string, bool?> answer) =>
        Map(
            store,
            id,
            (node, children) =>
                node.Variable.Kind is MarkerVariableKind.Extra && answer(node.Variable.Text) is { } isInstalled
                    ? children[isInstalled ? 1 : 0]
                    : store.Make(node, children)
        );

    /// <summary>The condition that holds where some choice of extras satisfies this one.</summary>
    public static int ForgetExtras(MarkerStore store, int id) =>
        Map(
            store,
            id,
            (node, children) =>
                node.Variable.Kind is MarkerVariableKind.Extra
                    ? store.Or(children[0], children[1])
                    : store.Make(node, children)
        );

    /// <summary>The condition with the choices from a lock file answered: chosen or not.</summary>
    public static int AnswerChoices(MarkerStore store, int id, Func<MarkerKey, string, bool> answer) =>
        Map(
            store,
            id,
            (node, children) =>
                node.Variable.Kind is MarkerVariableKind.Member
                    ? children[answer(node.Variable.Key, node.Variable.Text) ? 1 : 0]
                    : store.Make(node, children)
        );

    /// <summary>The condition that holds where some choice from a lock file satisfies this one.</summary>
    public static int ForgetChoices(MarkerStore store, int id) =>
        Map(
            store,
            id,
            (node, children) =>
                node.Variable.Kind is MarkerVariableKind.Member
                    ? store.Or(children[0], children[1])
                    : store.Make(node, children)
        );

    /// <summary>The extras that the condition asks about.</summary>
    public static IReadOnlySet<string> ExtrasOf(MarkerStore store, int id)
    {
        var extras = VariablesOf(store, id)
            .Where(variable => variable.Kind is MarkerVariableKind.Extra)
            .Select(variable => variable.Text);
        return new SortedSet<string>(extras, StringComparer.Ordinal);
    }

    /// <summary>How many extras and groups of a lock file the condition asks about.</summary>
    public static int CountChoices(MarkerStore store, int id) =>
        VariablesOf(store, id).Where(variable => variable.Kind is MarkerVariableKind.Member).Distinct().Count();

    /// <summary>What is asked in all nodes of a condition.</summary>
    private static IEnumerable<MarkerVariable> VariablesOf(MarkerStore store, int id)
    {
        var seen = new HashSet<int> { MarkerStore.True, MarkerStore.False };
        var open = new Stack<int>([id]);
        while (open.TryPop(out var next))
        {
            if (!seen.Add(next))
                continue;
            var node = store.Node(next);
            yield return node.Variable;
            foreach (var child in node.Children)
                open.Push(child);
        }
    }

    /// <summary>Remakes a condition from its ends to its root: <paramref name="make"/> gets each node and its remade children.</summary>
    public static int Map(MarkerStore store, int id, Func<MarkerNode, int[], int> make) => Map(store, id, make, []);

    private static int Map(MarkerStore store, int id, Func<MarkerNode, int[], int> make, Dictionary<int, int> done)
    {
        if (id is MarkerStore.True or MarkerStore.False)
            return id;
        if (done.TryGetValue(id, out var known))
            return known;
        var node = store.Node(id);
        int[] children = [.. node.Children.Select(child => Map(store, child, make, done))];
        return done[id] = make(node, children);
    }

    private static Version ReleaseOf(MarkerEnvironment environment, MarkerKey key) =>
        key is MarkerKey.PythonFullVersion
            ? environment.ParsedPythonFullVersion.OnlyRelease()
            : environment.ParsedImplementationVersion.OnlyRelease();

    /// <summary>What nodes call the value of a variable: a kernel's release may be spelled in several ways.</summary>
    private static string TextOf(MarkerStore store, MarkerEnvironment environment, MarkerKey key)
    {
        var value = environment.ValueOf(key);
        return key is MarkerKey.PlatformRelease && Version.TryParse(value, out var version)
            ? store.FindRelease(version.WithoutLocal()) ?? value
            : value;
    }

    private static bool Has(ExtraName[] names, string name) =>
        Array.Exists(names, n => string.Equals(n.Value, name, StringComparison.Ordinal));

    private static bool EvaluateOpaque(MarkerVariable variable, MarkerEnvironment environment) =>
        new MarkerEvaluator(environment).Compare(
            new MarkerExpression.Comparison(
                new MarkerOperand(variable.Key, variable.Key.ToName()),
                variable.Operator,
                new MarkerOperand(null, variable.Text)
            )
        );
}
