using System.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Resolving;

/// <summary>
/// An answer in the bytes that <see cref="ResolutionAnswer.ToBytes"/> writes, in two parts: the first is the same however often it is sent, the
/// second has the time.
/// </summary>
public sealed class AnswerText
{
    private AnswerText(byte[] start) => Start = start;

    /// <summary>All that comes before the time.</summary>
    public ReadOnlyMemory<byte> Start { get; }

    /// <summary>Writes an answer.</summary>
    public static AnswerText Of(ResolutionAnswer answer)
    {
        var bytes = answer.ToBytes();
        return new AnswerText(bytes[..^EndAt(answer.Time).Length]);
    }

    /// <summary>The time and what comes after it.</summary>
    public static byte[] EndAt(DateTimeOffset time) => Encoding.UTF8.GetBytes($"\"{TimeText.Of(time)}\"}}");
}
