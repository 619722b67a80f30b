using System.Collections.Immutable;
using Krait.Packaging.Metadata;

namespace Krait.Cli.Commands.Health;

/// <summary>What a release changed in what it requires.</summary>
internal static class RequirementChanges
{
    /// <summary>The changes, one sentence each.</summary>
    public static ImmutableArray<string> Between(CoreMetadata? before, CoreMetadata? after)
    {
        if (before is null || after is null)
            return [];
        var changes = ImmutableArray.CreateBuilder<string>();
        if (!Equals(before.RequiresPython, after.RequiresPython))
        {
            changes.Add(
                $"requires Python {after.RequiresPython?.ToString() ?? "(any)"}, before {before.RequiresPython?.ToString() ?? "(any)"}"
            );
        }

        var old = before.RequiresDist.ToLookup(one => one.Name);
        var now = after.RequiresDist.ToLookup(one => one.Name);
        foreach (var name in old.Select(one => one.Key).Concat(now.Select(one => one.Key)).Distinct().Order())
        {
            var was = Text(old[name]);
            var becomes = Text(now[name]);
            if (string.Equals(was, becomes, StringComparison.Ordinal))
                continue;
            changes.Add(
                (was, becomes) switch
                {
                    ("", _) => $"requires {becomes}, which is new",
                    (_, "") => $"no longer requires {was}",
                    _ => $"requires {becomes}, before {was}",
                }
            );
        }

        if (changes.Count == 0)
            changes.Add("its requirements are the same");
        return changes.ToImmutable();
    }

    private static string Text(IEnumerable<Packaging.Requirements.Requirement> requirements) =>
        string.Join(" and ", requirements.Select(one => one.ToString()).Order(StringComparer.Ordinal));
}
