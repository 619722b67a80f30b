using System.Formats.Asn1;

namespace Krait.Index.Http;

/// <summary>Finds the subject in a certificate (RFC 5280, section 4.1) without decoding the rest of it.</summary>
internal static class DerScanner
{
    private const byte Sequence = 0x30;
    private const byte Version = 0xa0;

    /// <summary>The encoded subject name, or false when the bytes are not a certificate.</summary>
    public static bool TryFindSubject(byte[] certificate, out ReadOnlySpan<byte> subject)
    {
        subject = default;
        if (!TryRead(certificate, Sequence, out var signed, out _) || !TryRead(signed, Sequence, out var rest, out _))
            return false;
        if (TryRead(rest, Version, out _, out var afterVersion))
            rest = afterVersion;
        // Serial number, signature algorithm, issuer and validity come before the subject.
        for (var i = 0; i < 4; i++)
        {
            if (!TryRead(rest, tag: null, out _, out rest))
                return false;
        }

        if (!TryRead(rest, Sequence, out _, out var afterSubject))
            return false;
        subject = rest[..^afterSubject.Length];
        return true;
    }

    private static bool TryRead(
        ReadOnlySpan<byte> data,
        byte? tag,
        out ReadOnlySpan<byte> content,
        out ReadOnlySpan<byte> after
    )
    {
        content = default;
        after = default;
        if (data.IsEmpty || (tag is { } wanted && data[0] != wanted))
            return false;
        const AsnEncodingRules Rules = AsnEncodingRules.DER;
        if (!AsnDecoder.TryReadEncodedValue(data, Rules, out _, out var offset, out var length, out var consumed))
            return false;
        content = data.Slice(offset, length);
        after = data[consumed..];
        return true;
    }
}
