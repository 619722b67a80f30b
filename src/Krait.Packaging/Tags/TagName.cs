namespace Krait.Packaging.Tags;

/// <summary>
/// A name of which tags are made (`cp312`, `abi3`, `manylinux_2_17_x86_64`). The same name is the same object, so that matching a wheel
/// compares references; names that nothing uses any more are forgotten, so that a process that reads wheels for years does not grow.
/// </summary>
internal sealed class TagName
{
    /// <summary>Below this many, nothing is gained by looking for names that are not used.</summary>
    private const int FewNames = 4_096;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, WeakReference<TagName>> Known = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, WeakReference<TagName>>.AlternateLookup<ReadOnlySpan<char>> KnownBySpan =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();
    private static int limit = FewNames;

    private TagName(string text) => Text = text;

    /// <summary>The name.</summary>
    public string Text { get; }

    /// <summary>How many names are kept.</summary>
    public static int Count
    {
        get
        {
            lock (Gate)
                return Known.Count;
        }
    }

    /// <summary>The object of a name.</summary>
    public static TagName Of(ReadOnlySpan<char> text)
    {
        lock (Gate)
        {
            if (KnownBySpan.TryGetValue(text, out var reference))
            {
                if (!reference.TryGetTarget(out var known))
                    reference.SetTarget(known = new TagName(text.ToString()));
                return known;
            }

            if (Known.Count >= limit)
                Forget();
            var name = new TagName(text.ToString());
            Known.Add(name.Text, new WeakReference<TagName>(name));
            return name;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Drops what nobody uses; the next time is when as many have come again.</summary>
    private static void Forget()
    {
        foreach (var (text, reference) in Known)
        {
            if (!reference.TryGetTarget(out _))
                Known.Remove(text);
        }

        limit = Math.Max(FewNames, Known.Count * 2);
    }
}
