using System.Text.Json;
using Krait.Packaging.Names;

namespace Krait.Health.Smoke;

/// <summary>
/// The list that children read: what is tried, requirements before what requires them, and for each package what should be imported first
/// because others need it, too.
/// </summary>
internal static class SmokeList
{
    /// <summary>The list as JSON.</summary>
    public static byte[] ToJson(IReadOnlyList<SmokeItem> items)
    {
        var packages = items
            .Where(item => item.Package is not null)
            .DistinctBy(item => item.Package!.Name)
            .ToDictionary(item => item.Package!.Name);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            var needs = items.ToDictionary(item => item, item => NeedsOf(item, packages));
            foreach (var item in items.OrderBy(item => needs[item].Count))
                Write(writer, item, needs[item]);
            writer.WriteEndArray();
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// The shared packages to import before an item, itself left out: those it needs, and those that need it, because they import it anyway.
    /// What a module that a user names needs is not known: all of them. Requirements of extras count, for they are imported where they are
    /// there.
    /// </summary>
    private static HashSet<int> NeedsOf(SmokeItem item, Dictionary<PackageName, SmokeItem> packages)
    {
        if (item.Package is not { } package)
            return [.. packages.Values.Where(one => one.IsShared).Select(one => one.Number)];
        var seen = new HashSet<SmokeItem> { item };
        var open = new Queue<SmokeItem>(seen);
        while (open.TryDequeue(out var next))
        {
            foreach (var stated in next.Package!.Stated)
            {
                if (packages.TryGetValue(stated.Name, out var needed) && seen.Add(needed))
                    open.Enqueue(needed);
            }
        }

        if (!item.IsShared)
            seen.UnionWith(packages.Values.Where(one => Requires(one, package.Name)));
        return [.. seen.Where(one => one.IsShared && one != item).Select(one => one.Number)];
    }

    private static bool Requires(SmokeItem item, PackageName name) =>
        item.Package!.Stated.Any(stated => stated.Name == name);

    private static void Write(Utf8JsonWriter writer, SmokeItem item, HashSet<int> needs)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", item.Number);
        writer.WriteBoolean("shared", item.IsShared);
        writer.WriteStartArray("needs");
        foreach (var need in needs)
            writer.WriteNumberValue(need);
        writer.WriteEndArray();
        writer.WriteStartArray("probes");
        foreach (var probe in item.Probes)
        {
            writer.WriteStartObject();
            writer.WriteString("module", probe.Module);
            writer.WriteBoolean("point", probe.Kind == SmokeProbeKind.EntryPoint);
            if (probe.Attribute is not null)
                writer.WriteString("attribute", probe.Attribute);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
