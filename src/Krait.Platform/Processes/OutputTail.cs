using System.Text;

namespace Krait.Platform.Processes;

/// <summary>Keeps the last part of a text of any length.</summary>
internal sealed class OutputTail(int limit)
{
    private readonly StringBuilder _text = new();
    private long _dropped;

    public void Append(ReadOnlySpan<char> added)
    {
        _text.Append(added);
        // Dropping in big steps keeps the cost of a character constant.
        var excess = _text.Length - limit;
        if (excess <= limit / 2)
            return;
        _text.Remove(0, excess);
        _dropped += excess;
    }

    public override string ToString()
    {
        var excess = Math.Max(0, _text.Length - limit);
        var isCut = _dropped + excess > 0;
        var tail = _text.ToString(excess, _text.Length - excess);
        return isCut ? $"[{_dropped + excess} characters dropped]\n{tail}" : tail;
    }
}
