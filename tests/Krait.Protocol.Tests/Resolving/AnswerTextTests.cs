using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;

namespace Krait.Protocol.Tests.Resolving;

/// <summary>An answer that was written once is, with another time, what it would be if it was written again.</summary>
public sealed class AnswerTextTests
{
    public static TheoryData<string> Times =>
        ["2026-09-01T12:00:00Z", "2026-09-01T12:00:00.5Z", "2026-12-31T23:59:59.9999999Z", "1970-01-01T00:00:00Z"];

    [Theory]
    [MemberData(nameof(Times))]
    public void It_is_the_same_with_another_time(string time)
    {
        var earlier = new ResolutionAnswer(ContentDigest.Of([1]), AnswerOutcome.Unsatisfiable)
        {
            // What looks like the end of a document is not the end.
            Reason = "\"time\":\"2026-01-01T00:00:00Z\"}",
            Consulted = [(PackageName.Parse("demo"), ContentDigest.Of([2]))],
            Time = DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(1_234_567),
        };
        var now = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        byte[] text = [.. AnswerText.Of(earlier).Start.Span, .. AnswerText.EndAt(now)];
        Assert.Equal((earlier with { Time = now }).ToBytes(), text);
    }
}
