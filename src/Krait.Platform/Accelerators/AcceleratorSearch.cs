using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Platform.Accelerators;

/// <summary>
/// Finds the accelerator of a machine: NVIDIA's before AMD's before Intel's, from what the user says, from files of the kernel, and from
/// the vendors' programs, in this order. A source that is missing or says what nobody understands is passed over.
/// </summary>
/// <param name="root">The folder that is `/`.</param>
/// <param name="variables">The process's environment variables.</param>
public sealed class AcceleratorSearch(string root, IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The variable that says which driver NVIDIA's GPU has.</summary>
    public const string DriverVariable = "KRAIT_CUDA_DRIVER_VERSION";

    /// <summary>The variable that says which architecture AMD's GPU is of.</summary>
    public const string ArchitectureVariable = "KRAIT_AMD_GPU_ARCHITECTURE";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The accelerator; null where none was found.</summary>
    /// <exception cref="KraitException">A variable says what cannot be (unusable input).</exception>
    public async Task<Accelerator?> FindAsync(CancellationToken cancellationToken) =>
        await FindNvidiaAsync(cancellationToken) ?? await FindAmdAsync(cancellationToken) ?? FindIntel();

    private async Task<Accelerator?> FindNvidiaAsync(CancellationToken cancellationToken)
    {
        if (variables.GetValueOrDefault(DriverVariable)?.Trim() is { Length: > 0 } stated)
        {
            return TryNvidia(DriverVariable, stated)
                ?? throw Unusable(DriverVariable, stated, "the version of a driver", "Write it as `550.54.14`");
        }

        return ReadModule() ?? ReadDriver() ?? await AskNvidiaAsync(cancellationToken);
    }

    private static Accelerator.Nvidia? TryNvidia(string origin, string? driver) =>
        Version.TryParse(driver, out var version, out _) ? new Accelerator.Nvidia(version) { Origin = origin } : null;

    private Accelerator.Nvidia? ReadModule()
    {
        const string File = "/sys/module/nvidia/version";
        return TryRead(File, out var text) ? TryNvidia(File, text.Trim()) : null;
    }

    /// <summary>`NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024`</summary>
    private Accelerator.Nvidia? ReadDriver()
    {
        const string File = "/proc/driver/nvidia/version";
        if (!TryRead(File, out var text))
            return null;
        var words = text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var number = words.FirstOrDefault(word =>
            word.Contains('.', StringComparison.Ordinal) && char.IsAsciiDigit(word[0])
        );
        return TryNvidia(File, number);
    }

    private async Task<Accelerator.Nvidia?> AskNvidiaAsync(CancellationToken cancellationToken)
    {
        const string Program = "nvidia-smi";
        string[] query = ["--query-gpu=driver_version", "--format=csv,noheader"];
        // A line for each GPU; all share the driver.
        var drivers = await AskAsync(Program, query, cancellationToken);
        return drivers.Select(driver => TryNvidia(Program, driver)).FirstOrDefault(found => found is not null);
    }

    private async Task<Accelerator?> FindAmdAsync(CancellationToken cancellationToken)
    {
        var known = Accelerator.Amd.Architectures;
        if (variables.GetValueOrDefault(ArchitectureVariable)?.Trim() is { Length: > 0 } stated)
        {
            return known.Contains(stated, StringComparer.Ordinal)
                ? new Accelerator.Amd(stated) { Origin = ArchitectureVariable }
                : throw Unusable(
                    ArchitectureVariable,
                    stated,
                    "a known architecture of a GPU",
                    $"Choose one of: {string.Join(", ", known)}"
                );
        }

        const string Program = "rocm_agent_enumerator";
        var agents = await AskAsync(Program, [], cancellationToken);
        // What runs on all of several GPUs is what runs on the oldest. `gfx000` stands for the processor.
        return known.FirstOrDefault(one => agents.Contains(one, StringComparer.Ordinal)) is { } oldest
            ? new Accelerator.Amd(oldest) { Origin = Program }
            : null;
    }

    /// <summary>A display controller (class 03) on the PCI bus that is Intel's.</summary>
    private Accelerator.Intel? FindIntel()
    {
        const string Devices = "/sys/bus/pci/devices";
        var isThere = DirectoryHandle
            .ListAt(Path.Join(root, Devices))
            .Select(entry => $"{Devices}/{entry.Name}")
            .Any(device =>
                TryRead($"{device}/class", out var kind)
                && kind.StartsWith("0x03", StringComparison.OrdinalIgnoreCase)
                && TryRead($"{device}/vendor", out var vendor)
                && vendor.Trim().Equals("0x8086", StringComparison.OrdinalIgnoreCase)
            );
        return isThere ? new Accelerator.Intel { Origin = Devices } : null;
    }

    private bool TryRead(string file, out string text) =>
        PlainFile.TryRead(Path.Join(root, file), out text) == FileError.None;

    /// <summary>The lines that a vendor's program says; none where it is missing or fails.</summary>
    private async Task<ImmutableArray<string>> AskAsync(
        string name,
        string[] arguments,
        CancellationToken cancellationToken
    )
    {
        if (ProgramSearch.Find(name, variables.GetValueOrDefault("PATH", "")) is not { } program)
            return [];
        try
        {
            var run = new Subprocess(program) { Arguments = [.. arguments], Limit = Limit };
            var result = await run.RunAsync(lines: null, cancellationToken);
            const StringSplitOptions Words = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            return result.ExitCode == 0 ? [.. result.Output.Split('\n', Words)] : [];
        }
        catch (KraitException)
        {
            // It cannot run or does not end: then it tells nothing.
            return [];
        }
    }

    private static KraitException Unusable(string variable, string text, string expected, string hint) =>
        new(
            new Diagnostic("invalid-accelerator", $"`{variable}` is `{text}`, which is not {expected}")
            {
                Hints = [hint],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
