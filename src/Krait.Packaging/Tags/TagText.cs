namespace Krait.Packaging.Tags;

/// <summary>
/// The names of which tags are made (`cp312`, `abi3`, `manylinux_2_17_x86_64`), each kept once in the process and known by a small
/// number, so that matching a wheel compares numbers.
/// </summary>
internal static class TagText
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, int> Ids = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> IdsBySpan =
        Ids.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly List<string> Texts = [];

    /// <summary>The number of a name, given one if it is new.</summary>
    public static int Intern(ReadOnlySpan<char> text)
    {
        lock (Gate)
        {
            if (IdsBySpan.TryGetValue(text, out var id))
                return id;
            var kept = text.ToString();
            Ids.Add(kept, Texts.Count);
            Texts.Add(kept);
            return Texts.Count - 1;
        }
    }

    /// <summary>The name of a number.</summary>
    public static string TextOf(int id)
    {
        lock (Gate)
            return Texts[id];
    }
}
