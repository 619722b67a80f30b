using System.Globalization;

namespace Krait.Index.Http;

/// <summary>A number of bytes as people write it.</summary>
internal static class SizeText
{
    public static string Of(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB"),
            >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB"),
            >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.#} KiB"),
            1 => "1 byte",
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        };
}
