using System.Collections.Immutable;
using System.Globalization;

namespace Krait.Sources.Torch;

/// <summary>What PyTorch is built for: the names are those of its indexes.</summary>
public static class TorchBackends
{
    /// <summary>The processor alone.</summary>
    public const string Processor = "cpu";

    /// <summary>Intel's GPUs.</summary>
    public const string Intel = "xpu";

    private const string CudaPrefix = "cu";

    /// <summary>The versions of NVIDIA's CUDA, newest first.</summary>
    public static ImmutableArray<string> Cuda { get; } =
    [
        "cu132",
        "cu130",
        "cu129",
        "cu128",
        "cu126",
        "cu125",
        "cu124",
        "cu123",
        "cu122",
        "cu121",
        "cu120",
        "cu118",
        "cu117",
        "cu116",
        "cu115",
        "cu114",
        "cu113",
        "cu112",
        "cu111",
        "cu110",
        "cu102",
        "cu101",
        "cu100",
        "cu92",
        "cu91",
        "cu90",
        "cu80",
    ];

    /// <summary>The versions of AMD's ROCm, newest first.</summary>
    public static ImmutableArray<string> Rocm { get; } =
    [
        "rocm7.2",
        "rocm7.1",
        "rocm7.0",
        "rocm6.4",
        "rocm6.3",
        "rocm6.2.4",
        "rocm6.2",
        "rocm6.1",
        "rocm6.0",
        "rocm5.7",
        "rocm5.6",
        "rocm5.5",
        "rocm5.4.2",
        "rocm5.4",
        "rocm5.3",
        "rocm5.2",
        "rocm5.1.1",
        "rocm4.2",
        "rocm4.1",
        "rocm4.0.1",
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Processor, .. Cuda, .. Rocm, Intel];

    /// <summary>The CUDA that a backend is built for (`cu128` → 12.8); null for others.</summary>
    public static Version? CudaOf(string backend) =>
        backend.StartsWith(CudaPrefix, StringComparison.Ordinal)
        && int.TryParse(
            backend.AsSpan(CudaPrefix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? Version.Parse(string.Create(CultureInfo.InvariantCulture, $"{number / 10}.{number % 10}"))
            : null;
}
