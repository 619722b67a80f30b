using Krait.Protocol.Content;
using Krait.Protocol.Frames;
using Krait.Server.Caching;

namespace Krait.Server.Resolving;

/// <summary>A shard, in the frame that it is mostly sent in.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Frame">Itself, with what comes before it in a sequence of frames.</param>
internal sealed record MadeShard(ContentDigest Digest, Piece Frame)
{
    /// <summary>The shard alone.</summary>
    public ReadOnlyMemory<byte> Content => Frame.Plain[FrameParts.HeadSize..];

    /// <summary>Makes one.</summary>
    public static MadeShard Of(byte[] content)
    {
        var digest = ContentDigest.Of(content);
        return new MadeShard(digest, new Piece(FrameParts.Of(content, digest)));
    }
}
