using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Packaging.Manifests;

/// <summary>The `[dependency-groups]` of a project (dependency groups specification, PEP 735). A group is checked when it is asked for.</summary>
public sealed class DependencyGroups
{
    /// <summary>Groups that include each other more deeply are refused.</summary>
    private const int MaximumDepth = 500;

    /// <summary>What groups include is repeated as often as they include it: twice a level is a million times in twenty.</summary>
    private const int MostRequirements = 100_000;

    private readonly TomlDocument? document;
    private readonly Dictionary<string, TomlEntry> groups = new(StringComparer.Ordinal);

    private DependencyGroups(TomlDocument? document) => this.document = document;

    /// <summary>A project without groups.</summary>
    public static DependencyGroups None { get; } = new(document: null);

    /// <summary>The normalized names of the groups, in the order of the file.</summary>
    public ImmutableArray<string> Names { get; private set; } = [];

    /// <summary>Whether there is a group of this name, whatever is in it.</summary>
    public bool Contains(string name) => groups.ContainsKey(NameNormalization.Normalize(name));

    /// <summary>Reads the table; two names that normalize to the same are an error.</summary>
    /// <param name="document">The document that the table is from, for the lines of errors; null for a table made in code.</param>
    /// <param name="table">The value of `dependency-groups`.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="errors">What is wrong with the table as a whole.</param>
    public static bool TryRead(
        TomlDocument? document,
        TomlValue table,
        out DependencyGroups groups,
        out ImmutableArray<Diagnostic> errors
    )
    {
        groups = new DependencyGroups(document);
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        if (table is not TomlTable entries)
        {
            problems.Add(groups.Error(table, $"`dependency-groups` is {table.KindInWords}, not a table"));
        }
        else
        {
            foreach (var entry in entries.Entries)
            {
                var name = NameNormalization.Normalize(entry.Key);
                if (!groups.groups.TryAdd(name, entry))
                {
                    problems.Add(
                        groups.Error(
                            entry.Value,
                            $"the dependency groups `{groups.groups[name].Key}` and `{entry.Key}` are the same group"
                        )
                    );
                }
            }

            groups.Names = [.. groups.groups.Keys];
        }

        errors = problems.DrainToImmutable();
        return errors.IsEmpty;
    }

    /// <summary>The requirements of groups with those they include, in order; everything that is wrong comes out together.</summary>
    public ImmutableArray<StatedRequirement> Resolve(IEnumerable<string> names, out ImmutableArray<Diagnostic> errors)
    {
        var walk = new Walk(this);
        var resolved = ImmutableArray.CreateBuilder<StatedRequirement>();
        foreach (var name in names)
            resolved.AddRange(walk.Resolve(NameNormalization.Normalize(name), null));
        errors = walk.Errors.DrainToImmutable();
        return errors.IsEmpty ? resolved.DrainToImmutable() : [];
    }

    private Diagnostic Error(TomlValue value, string message) =>
        document?.Error("invalid-dependency-group", value, message)
        ?? new Diagnostic("invalid-dependency-group", message);

    /// <summary>One resolution: what is done, and what is being done, for cycles.</summary>
    private sealed class Walk(DependencyGroups groups)
    {
        private readonly Dictionary<string, ImmutableArray<StatedRequirement>> done = new(StringComparer.Ordinal);
        private readonly List<string> open = [];
        private bool isTooLarge;

        public ImmutableArray<Diagnostic>.Builder Errors { get; } = ImmutableArray.CreateBuilder<Diagnostic>();

        public ImmutableArray<StatedRequirement> Resolve(string name, TomlValue? includedAt)
        {
            if (done.TryGetValue(name, out var known))
                return known;
            if (CheckName(name, includedAt) is { } problem)
            {
                Errors.Add(problem);
                return [];
            }

            open.Add(name);
            var resolved = ImmutableArray.CreateBuilder<StatedRequirement>();
            if (groups.groups[name].Value is TomlArray array)
            {
                foreach (var item in array.Items)
                    Add(name, item, resolved);
            }
            else
            {
                Fail(
                    groups.groups[name].Value,
                    $"the dependency group `{name}` is {groups.groups[name].Value.KindInWords}, not an array"
                );
            }

            open.RemoveAt(open.Count - 1);
            return done[name] = resolved.DrainToImmutable();
        }

        private Diagnostic? CheckName(string name, TomlValue? includedAt)
        {
            var at = includedAt ?? new TomlTable();
            if (open.IndexOf(name) is >= 0 and var start)
            {
                var cycle = string.Join(" -> ", open.Skip(start).Append(name).Select(n => $"`{n}`"));
                return groups.Error(at, $"the dependency group `{name}` includes itself: {cycle}");
            }

            if (open.Count >= MaximumDepth)
                return groups.Error(at, $"dependency groups include each other deeper than {MaximumDepth} levels");
            return groups.groups.ContainsKey(name)
                ? null
                : groups.Error(at, $"there is no dependency group `{PythonText.Printable(name)}`");
        }

        private void Add(string group, TomlValue item, ImmutableArray<StatedRequirement>.Builder resolved)
        {
            switch (item)
            {
                case TomlString text:
                    AddRequirement(group, text, resolved);
                    break;
                case TomlTable { Count: 1 } table when table.GetString("include-group") is { } included:
                    var more = Resolve(NameNormalization.Normalize(included), item);
                    if (resolved.Count + more.Length <= MostRequirements)
                        resolved.AddRange(more);
                    else
                        FailAsTooLarge(group, item);
                    break;
                default:
                    Fail(
                        item,
                        $"an element of the dependency group `{group}` is neither a requirement nor `{{include-group = \"…\"}}`"
                    );
                    break;
            }
        }

        /// <summary>Says it of the first group: all that include it are too large as well.</summary>
        private void FailAsTooLarge(string group, TomlValue item)
        {
            if (!isTooLarge)
                Fail(item, $"the dependency group `{group}` has more than {MostRequirements} requirements");
            isTooLarge = true;
        }

        private void AddRequirement(string group, TomlString text, ImmutableArray<StatedRequirement>.Builder resolved)
        {
            if (Requirement.TryParse(text.Value, out var requirement, out var error))
            {
                resolved.Add(
                    new StatedRequirement(
                        requirement,
                        text.Value,
                        groups.document?.LineOf(Math.Max(0, text.Start)) ?? 0
                    )
                );
            }
            else
            {
                Errors.Add(
                    groups.Error(
                        text,
                        $"`{PythonText.Printable(text.Value)}` in the dependency group `{group}` is not a requirement"
                    ) with
                    {
                        Cause = error,
                    }
                );
            }
        }

        private void Fail(TomlValue value, string message) => Errors.Add(groups.Error(value, message));
    }
}
