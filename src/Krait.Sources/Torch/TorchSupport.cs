using System.Collections.Immutable;
using Krait.Platform.Accelerators;

namespace Krait.Sources.Torch;

/// <summary>Which builds of PyTorch run on an accelerator.</summary>
public static class TorchSupport
{
    private const string Linux = "linux";
    private const string Windows = "win32";

    /// <summary>The lowest drivers, on Linux and on Windows, from a version of CUDA up to the next one here: what is built for a minor
    /// version runs on the drivers of its first.</summary>
    private static readonly ImmutableArray<(Version Cuda, Version OnLinux, Version OnWindows)> Drivers =
    [
        Row("13.0", "580", "580"),
        Row("12.0", "525.60.13", "528.33"),
        Row("11.1", "450.80.2", "452.39"),
        Row("11.0", "450.36.6", "451.22"),
        Row("10.2", "440.33", "441.22"),
        Row("10.1", "418.39", "418.96"),
        Row("10.0", "410.48", "411.31"),
        Row("9.2", "396.26", "398.26"),
        Row("9.1", "390.46", "391.29"),
        Row("9.0", "384.81", "385.54"),
        Row("8.0", "375.26", "376.51"),
    ];

    /// <summary>The first ROCm whose builds hold code for an architecture, and those after it that do not.</summary>
    private static readonly ImmutableDictionary<string, (string First, ImmutableArray<string> Without)> Architectures =
        new Dictionary<string, (string First, ImmutableArray<string> Without)>(StringComparer.Ordinal)
        {
            ["gfx900"] = ("rocm6.0", []),
            ["gfx906"] = ("rocm6.0", []),
            ["gfx908"] = ("rocm6.0", []),
            ["gfx90a"] = ("rocm6.0", []),
            ["gfx942"] = ("rocm6.0", []),
            ["gfx950"] = ("rocm7.0", []),
            ["gfx1030"] = ("rocm6.0", []),
            ["gfx1100"] = ("rocm6.0", []),
            ["gfx1101"] = ("rocm6.1", ["rocm6.2"]),
            ["gfx1102"] = ("rocm6.2.4", []),
            ["gfx1150"] = ("rocm7.2", []),
            ["gfx1151"] = ("rocm7.2", []),
            ["gfx1200"] = ("rocm6.2.4", []),
            ["gfx1201"] = ("rocm6.2.4", []),
        }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The builds to look at, best first; that for the processor runs everywhere, but an Intel GPU has its own.</summary>
    /// <param name="accelerator">The accelerator; null where there is none.</param>
    /// <param name="system">The system as the marker `sys_platform` names it.</param>
    public static ImmutableArray<string> BackendsOf(Accelerator? accelerator, string system) =>
        (accelerator, system) switch
        {
            (Accelerator.Nvidia nvidia, Linux or Windows) =>
            [
                .. TorchBackends.Cuda.Where(backend => RunsOn(nvidia.Driver, backend, system)),
                TorchBackends.Processor,
            ],
            (Accelerator.Amd amd, Linux) => [.. RocmOf(amd.Architecture), TorchBackends.Processor],
            (Accelerator.Intel, Linux or Windows) => [TorchBackends.Intel],
            _ => [TorchBackends.Processor],
        };

    private static bool RunsOn(Version driver, string backend, string system)
    {
        if (TorchBackends.CudaOf(backend) is not { } cuda)
            return false;
        var (_, onLinux, onWindows) = Drivers.First(row => row.Cuda <= cuda);
        return driver >= (system is Windows ? onWindows : onLinux);
    }

    private static IEnumerable<string> RocmOf(string architecture)
    {
        var (first, without) = Architectures[architecture];
        var upToFirst = TorchBackends.Rocm.Take(TorchBackends.Rocm.IndexOf(first) + 1);
        return upToFirst.Where(backend => !without.Contains(backend, StringComparer.Ordinal));
    }

    private static (Version Cuda, Version OnLinux, Version OnWindows) Row(
        string cuda,
        string onLinux,
        string onWindows
    ) => (Version.Parse(cuda), Version.Parse(onLinux), Version.Parse(onWindows));
}
