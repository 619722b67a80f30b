using Krait.Platform.Accelerators;
using Krait.Resolver.Reporting;
using Krait.Sources.Torch;

namespace Krait.Sources.Tests.Torch;

public sealed class TorchSupportTests
{
    private static string Backends(Accelerator? accelerator, string system) =>
        string.Join(' ', TorchSupport.BackendsOf(accelerator, system));

    private static Accelerator.Nvidia Nvidia(string driver) => new(Version.Parse(driver)) { Origin = "test" };

    private static Accelerator.Amd Amd(string architecture) => new(architecture) { Origin = "test" };

    [Theory]
    [InlineData("600.1", "linux", "cu132")]
    [InlineData("580", "linux", "cu132")]
    [InlineData("579.99", "linux", "cu129")]
    [InlineData("525.60.13", "linux", "cu129")]
    [InlineData("525.60.12", "linux", "cu118")]
    [InlineData("450.80.02", "linux", "cu118")]
    [InlineData("450.80.01", "linux", "cu110")]
    [InlineData("450.36.06", "linux", "cu110")]
    [InlineData("450.36.05", "linux", "cu102")]
    [InlineData("418.39", "linux", "cu101")]
    [InlineData("375.26", "linux", "cu80")]
    [InlineData("375.25", "linux", "cpu")]
    [InlineData("528.33", "win32", "cu129")]
    [InlineData("528.32", "win32", "cu118")]
    [InlineData("451.22", "win32", "cu110")]
    [InlineData("376.51", "win32", "cu80")]
    [InlineData("376.50", "win32", "cpu")]
    [InlineData("600.1", "darwin", "cpu")]
    [InlineData("600.1", "emscripten", "cpu")]
    public void Starts_with_the_newest_CUDA_that_a_driver_runs(string driver, string system, string newest) =>
        Assert.Equal(newest, TorchSupport.BackendsOf(Nvidia(driver), system)[0]);

    [Fact]
    public void Goes_down_to_the_oldest_CUDA_and_the_processor()
    {
        Assert.Equal("cu92 cu91 cu90 cu80 cpu", Backends(Nvidia("396.26"), "linux"));
        Assert.Equal([.. TorchBackends.Cuda, "cpu"], TorchSupport.BackendsOf(Nvidia("580"), "linux"));
    }

    [Theory]
    [InlineData("gfx1100", "rocm7.2 rocm7.1 rocm7.0 rocm6.4 rocm6.3 rocm6.2.4 rocm6.2 rocm6.1 rocm6.0 cpu")]
    [InlineData("gfx1101", "rocm7.2 rocm7.1 rocm7.0 rocm6.4 rocm6.3 rocm6.2.4 rocm6.1 cpu")]
    [InlineData("gfx1102", "rocm7.2 rocm7.1 rocm7.0 rocm6.4 rocm6.3 rocm6.2.4 cpu")]
    [InlineData("gfx950", "rocm7.2 rocm7.1 rocm7.0 cpu")]
    [InlineData("gfx1151", "rocm7.2 cpu")]
    public void Knows_which_ROCm_has_code_for_an_architecture(string architecture, string backends)
    {
        Assert.Equal(backends, Backends(Amd(architecture), "linux"));
        Assert.Equal("cpu", Backends(Amd(architecture), "win32"));
    }

    [Fact]
    public void Knows_every_architecture_that_a_search_can_find() =>
        Assert.All(
            Accelerator.Amd.Architectures,
            architecture => Assert.StartsWith("rocm7.2 ", Backends(Amd(architecture), "linux"))
        );

    [Fact]
    public void Has_one_build_for_Intel_and_the_processor_where_nothing_else_is()
    {
        var intel = new Accelerator.Intel { Origin = "test" };
        Assert.Equal("xpu", Backends(intel, "linux"));
        Assert.Equal("xpu", Backends(intel, "win32"));
        Assert.Equal("cpu", Backends(intel, "darwin"));
        Assert.Equal("cpu", Backends(accelerator: null, "linux"));
    }

    [Theory]
    [InlineData("cu128", "12.8")]
    [InlineData("cu100", "10.0")]
    [InlineData("cu92", "9.2")]
    [InlineData("cpu", null)]
    [InlineData("rocm6.3", null)]
    [InlineData("xpu", null)]
    public void Reads_the_CUDA_of_a_backend(string backend, string? version) =>
        Assert.Equal(version is null ? null : Version.Parse(version), TorchBackends.CudaOf(backend));
}
