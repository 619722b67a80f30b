using System.Security.Cryptography;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;

namespace Krait.Server.Resolving;

/// <summary>An answer as of a time.</summary>
/// <param name="Memo">The answer.</param>
/// <param name="Time">When it was found to hold.</param>
internal sealed record Answered(Memo Memo, DateTimeOffset Time)
{
    /// <summary>The part of its bytes that comes after <see cref="Memo.Start"/>.</summary>
    public byte[] End { get; } = AnswerText.EndAt(Time);

    /// <summary>The length of its bytes.</summary>
    public int Length => Memo.Start.Plain.Length + End.Length;

    /// <summary>The digest of its bytes.</summary>
    public ContentDigest Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Memo.Start.Plain.Span);
        hash.AppendData(End);
        return ContentDigest.FromBytes(hash.GetHashAndReset());
    }
}
