using System.Collections.Frozen;
using Krait.Packaging.Names;

namespace Krait.Sources.Torch;

/// <summary>The packages that PyTorch's own indexes offer in builds for single accelerators.</summary>
public static class TorchPackages
{
    /// <summary>Those that run on the accelerator through CUDA itself: builds for different versions of it do not work together.</summary>
    private static readonly string[] OnCuda =
    [
        "fbgemm-gpu",
        "fbgemm-gpu-genai",
        "torch",
        "torch-tensorrt",
        "torchao",
        "torcharrow",
        "torchaudio",
        "torchcodec",
        "torchcsprng",
        "torchdistx",
        "torchrec",
        "torchtext",
        "torchtune",
        "torchvision",
    ];

    private static readonly string[] Others =
    [
        "pytorch-triton",
        "pytorch-triton-rocm",
        "pytorch-triton-xpu",
        "torchserve",
        "triton",
        "triton-rocm",
        "triton-xpu",
        "xformers",
    ];

    private static readonly FrozenSet<PackageName> NeedingCuda = OnCuda.Select(PackageName.Parse).ToFrozenSet();

    /// <summary>All of them.</summary>
    public static FrozenSet<PackageName> All { get; } = OnCuda.Concat(Others).Select(PackageName.Parse).ToFrozenSet();

    /// <summary>Whether a package must be built for the same CUDA as the others of an environment.</summary>
    public static bool NeedsCuda(PackageName name) => NeedingCuda.Contains(name);
}
