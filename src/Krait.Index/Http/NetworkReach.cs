using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Krait.Index.Http;

/// <summary>
/// Where a server may connect to on behalf of others: anywhere in public, and in private networks only to what its operator has listed, so
/// that no page or redirect can make it ask its own network.
/// </summary>
/// <param name="listed">Hosts with their ports that may be private.</param>
public sealed class NetworkReach(IEnumerable<(string Host, int Port)> listed)
{
    private readonly FrozenSet<string> listed = listed
        .Select(place => KeyOf(place.Host, place.Port))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a host may be asked at an address that its name stands for.</summary>
    public bool Permits(string host, int port, IPAddress address) =>
        listed.Contains(KeyOf(host, port)) || !IsPrivate(address);

    /// <summary>Whether an address belongs to this machine or to a private network (RFC 6890).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily is AddressFamily.InterNetwork)
        {
            return bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 100 && (bytes[1] & 0xC0) == 64)
                || (bytes[0] == 169 && bytes[1] == 254)
                || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 198 && (bytes[1] & 0xFE) == 18);
        }

        // Unspecified, loopback, unique local, link local, multicast; and IPv4 behind a translator (64:ff9b::/96).
        var isLow = bytes[..15].IndexOfAnyExcept((byte)0) < 0 && bytes[15] <= 1;
        var isTranslated = bytes[..4].SequenceEqual((ReadOnlySpan<byte>)[0x00, 0x64, 0xff, 0x9b]);
        return isLow
            || (bytes[0] & 0xFE) == 0xFC
            || (bytes[0] == 0xFE && (bytes[1] & 0xC0) is 0x80 or 0xC0)
            || bytes[0] == 0xFF
            || (isTranslated && IsPrivate(new IPAddress(bytes[12..16])));
    }

    private static string KeyOf(string host, int port) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host.Trim('[', ']')}:{port}");
}
