using System.Security.Cryptography;
using System.Text;

namespace Krait.Packaging.Text;

/// <summary>A UUID that follows from a text (RFC 9562, version 8): equal texts have equal ones, wherever they are made.</summary>
public static class ContentUuid
{
    private const int Size = 16;

    /// <summary>The UUID of a text.</summary>
    public static Guid Of(string text)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, Size);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
