using System.Collections.Immutable;

namespace Krait.Platform.Accelerators;

/// <summary>What a machine has to compute with besides its processor.</summary>
public abstract record Accelerator
{
    private Accelerator() { }

    /// <summary>Who says so: a variable, a file of the kernel, a program.</summary>
    public required string Origin { get; init; }

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="Driver">The version of its driver.</param>
    public sealed record Nvidia(Version Driver) : Accelerator;

    /// <summary>An AMD GPU that ROCm programs run on.</summary>
    /// <param name="Architecture">One of <see cref="Architectures"/>; of several GPUs, that of the oldest.</param>
    public sealed record Amd(string Architecture) : Accelerator
    {
        /// <summary>The architectures that programs are built for, oldest first.</summary>
        public static ImmutableArray<string> Architectures { get; } =
        [
            "gfx900",
            "gfx906",
            "gfx908",
            "gfx90a",
            "gfx942",
            "gfx950",
            "gfx1030",
            "gfx1100",
            "gfx1101",
            "gfx1102",
            "gfx1150",
            "gfx1151",
            "gfx1200",
            "gfx1201",
        ];
    }

    /// <summary>An Intel GPU.</summary>
    public sealed record Intel : Accelerator;
}
