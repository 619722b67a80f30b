using System.Reflection;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Sources.Prediction;

/// <summary>
/// What well-known packages require in their newest versions, names only: so that the first requests of a machine that knows nothing yet
/// cover most of what a resolution will need. A table of lines `name requirement requirement …`, sorted by name, where a name may carry
/// one extra (`uvicorn[standard]`) and a requirement several (`qrcode[pil]`). What is outdated or wrong in it costs requests, never a
/// wrong result.
/// </summary>
public sealed class KnownPackages
{
    private const string ResourceName = "known-packages.txt";

    private static readonly Lazy<KnownPackages> Shipped = new(Load);

    private readonly byte[] table;

    /// <summary>Reads a table.</summary>
    /// <param name="table">Its lines, sorted by the bytes of their first word, each with an end.</param>
    public KnownPackages(byte[] table) => this.table = table;

    /// <summary>The table that comes with the program; read when it is first asked.</summary>
    public static KnownPackages Default => Shipped.Value;

    /// <summary>What a project, or one of its extras, is known to require; empty where nothing is known.</summary>
    /// <param name="name">The project.</param>
    /// <param name="extra">The extra; null for what the project requires without any.</param>
    public IEnumerable<Requirement> RequirementsOf(PackageName name, ExtraName? extra)
    {
        var line = Find(Encoding.UTF8.GetBytes(extra is null ? name.Value : $"{name}[{extra}]"));
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            if (Requirement.TryParse(word, out var requirement, out _))
                yield return requirement;
        }
    }

    /// <summary>Whether a project is in the table, be it only because another one requires it.</summary>
    /// <param name="name">The project.</param>
    public bool Knows(PackageName name)
    {
        var word = Encoding.UTF8.GetBytes(name.Value);
        for (var from = 0; table.AsSpan(from).IndexOf(word) is >= 0 and var found; from += found + word.Length)
        {
            var (start, end) = (from + found, from + found + word.Length);
            // Extras follow their name in brackets.
            if (IsBetweenWords(start - 1) && (IsBetweenWords(end) || table[end] == '['))
                return true;
        }

        return false;
    }

    private bool IsBetweenWords(int at) => at < 0 || at == table.Length || table[at] is (byte)' ' or (byte)'\n';

    private static KnownPackages Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourceName);
        if (stream is null)
            return new KnownPackages([]);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new KnownPackages(content);
    }

    /// <summary>The line that begins with a word, found by halving; empty where there is none.</summary>
    private string Find(ReadOnlySpan<byte> key)
    {
        var (low, high) = (0, table.Length);
        while (low < high)
        {
            var start = StartOfLine(low + ((high - low) / 2), low);
            var end = EndOfLine(start);
            var line = table.AsSpan(start, end - start);
            var space = line.IndexOf((byte)' ');
            var order = key.SequenceCompareTo(space < 0 ? line : line[..space]);
            if (order == 0)
                return Encoding.UTF8.GetString(line);
            if (order < 0)
                high = start;
            else
                low = end + 1;
        }

        return "";
    }

    private int StartOfLine(int at, int lowest)
    {
        var before = table.AsSpan(lowest, at - lowest).LastIndexOf((byte)'\n');
        return before < 0 ? lowest : lowest + before + 1;
    }

    private int EndOfLine(int start)
    {
        var length = table.AsSpan(start).IndexOf((byte)'\n');
        return length < 0 ? table.Length : start + length;
    }
}
