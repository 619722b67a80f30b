using System.Text;

namespace Krait.Platform.Processes;

/// <summary>Keeps the last part of a text of any length.</summary>
internal sealed class OutputTail(int limit)
{
    private readonly StringBuilder text = new();
    private long dropped;

    public void Append(ReadOnlySpan<char> added)
    {
        text.Append(added);
        // Dropping in big steps keeps the cost of a character constant.
        var excess = text.Length - limit;
        if (excess <= limit / 2)
            return;
        text.Remove(0, excess);
        dropped += excess;
    }

    public override string ToString()
    {
        var excess = Math.Max(0, text.Length - limit);
        var isCut = dropped + excess > 0;
        var tail = text.ToString(excess, text.Length - excess);
        return isCut ? $"[{dropped + excess} characters dropped]\n{tail}" : tail;
    }
}
