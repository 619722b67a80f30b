using Krait.Packaging.Text;
using Krait.Platform.Accelerators;
using Krait.Testing;

namespace Krait.Platform.Tests.Accelerators;

public sealed class AcceleratorSearchTests : IDisposable
{
    private const string Device = "sys/bus/pci/devices/0000:00:02.0";

    private readonly TempFolder root = new();
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public AcceleratorSearchTests() => variables["PATH"] = $"{root.At("bin")}:relative:/no/such/folder";

    public void Dispose() => root.Dispose();

    private Task<Accelerator?> FindAsync() =>
        new AcceleratorSearch(root.Path, variables).FindAsync(TestContext.Current.CancellationToken);

    private void WriteProgram(string name, string text) =>
        File.SetUnixFileMode(
            root.Write($"bin/{name}", $"#!/bin/sh\n{text}\n"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );

    private static Accelerator.Nvidia Nvidia(string driver, string origin) =>
        new(Version.Parse(driver)) { Origin = origin };

    [Fact]
    public async Task Finds_nothing_on_a_machine_without() => Assert.Null(await FindAsync());

    [Fact]
    public async Task Reads_the_driver_from_the_first_of_variable_module_driver_and_program()
    {
        WriteProgram("nvidia-smi", "[ \"$*\" = '--query-gpu=driver_version --format=csv,noheader' ] && echo 418.39");
        Assert.Equal(Nvidia("418.39", "nvidia-smi"), await FindAsync());
        root.Write(
            "proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03  Mon Dec 30 17:44:08 UTC 2024\nGCC version: 12.3.0\n"
        );
        Assert.Equal(Nvidia("550.144.3", "/proc/driver/nvidia/version"), await FindAsync());
        root.Write("sys/module/nvidia/version", "535.1.2\n");
        Assert.Equal(Nvidia("535.1.2", "/sys/module/nvidia/version"), await FindAsync());
        variables[AcceleratorSearch.DriverVariable] = " 580.65.06\n";
        Assert.Equal(Nvidia("580.65.6", AcceleratorSearch.DriverVariable), await FindAsync());
        variables[AcceleratorSearch.DriverVariable] = "";
        Assert.Equal(Nvidia("535.1.2", "/sys/module/nvidia/version"), await FindAsync());
    }

    [Fact]
    public async Task Reads_the_line_of_the_open_kernel_module()
    {
        const string Line =
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (builder)\n";
        root.Write("proc/driver/nvidia/version", Line);
        Assert.Equal(Nvidia("570.86.15", "/proc/driver/nvidia/version"), await FindAsync());
    }

    [Theory]
    [InlineData("echo 550.54.14; exit 9")]
    [InlineData("echo '[N/A]'")]
    [InlineData("echo NVIDIA-SMI has failed")]
    [InlineData("exit 0")]
    public async Task Passes_over_what_nobody_understands(string program)
    {
        root.Write("sys/module/nvidia/version", "N/A\n");
        root.Write("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module\n");
        WriteProgram("nvidia-smi", program);
        Assert.Null(await FindAsync());
    }

    [Theory]
    [InlineData("echo gfx000; echo gfx1100", "gfx1100")]
    // What runs on both runs on the older.
    [InlineData("echo gfx1100; echo gfx906", "gfx906")]
    [InlineData("echo gfx777; echo gfx90a", "gfx90a")]
    public async Task Asks_for_the_architectures_of_AMD(string program, string expected)
    {
        WriteProgram("rocm_agent_enumerator", program);
        Assert.Equal(new Accelerator.Amd(expected) { Origin = "rocm_agent_enumerator" }, await FindAsync());
        variables[AcceleratorSearch.ArchitectureVariable] = "gfx1201";
        Assert.Equal(
            new Accelerator.Amd("gfx1201") { Origin = AcceleratorSearch.ArchitectureVariable },
            await FindAsync()
        );
    }

    [Theory]
    [InlineData("echo gfx000")]
    [InlineData("echo gfx777")]
    [InlineData("echo gfx1100; exit 1")]
    public async Task Takes_no_architecture_that_is_none(string program)
    {
        WriteProgram("rocm_agent_enumerator", program);
        Assert.Null(await FindAsync());
    }

    [Theory]
    [InlineData("0x030000", "0x8086", true)]
    [InlineData("0x038000", "0x8086", true)]
    [InlineData("0x020000", "0x8086", false)]
    [InlineData("0x030000", "0x1002", false)]
    public async Task Looks_for_a_display_of_Intel(string kind, string vendor, bool isFound)
    {
        root.Write("sys/bus/pci/devices/0000:00:00.0/class", "0x060000\n");
        root.Write($"{Device}/class", $"{kind}\n");
        root.Write($"{Device}/vendor", $"{vendor}\n");
        Assert.Equal(isFound ? new Accelerator.Intel { Origin = "/sys/bus/pci/devices" } : null, await FindAsync());
    }

    [Fact]
    public async Task Takes_NVIDIA_before_AMD_before_Intel()
    {
        root.Write($"{Device}/class", "0x030000\n");
        root.Write($"{Device}/vendor", "0x8086\n");
        variables[AcceleratorSearch.ArchitectureVariable] = "gfx942";
        Assert.IsType<Accelerator.Amd>(await FindAsync());
        variables[AcceleratorSearch.DriverVariable] = "550";
        Assert.IsType<Accelerator.Nvidia>(await FindAsync());
    }

    [Theory]
    [InlineData(AcceleratorSearch.DriverVariable, "new", "`KRAIT_CUDA_DRIVER_VERSION` is `new`")]
    [InlineData(AcceleratorSearch.ArchitectureVariable, "gfx1", "`KRAIT_AMD_GPU_ARCHITECTURE` is `gfx1`")]
    public async Task Refuses_a_variable_that_says_what_cannot_be(string variable, string value, string says)
    {
        variables[variable] = value;
        var failure = await Assert.ThrowsAsync<KraitException>(FindAsync);
        Assert.Contains(says, failure.Diagnostic.Message);
        Assert.Equal(FailureKind.UnusableInput, failure.Kind);
    }

    [Fact]
    public async Task Runs_no_program_of_the_working_folder()
    {
        WriteProgram("nvidia-smi", "echo 550.54.14");
        variables["PATH"] = "bin:.";
        Assert.Null(await FindAsync());
    }
}
