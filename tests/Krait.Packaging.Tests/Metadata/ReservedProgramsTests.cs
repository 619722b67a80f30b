using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class ReservedProgramsTests
{
    [Theory]
    [InlineData("python")]
    [InlineData("PYTHON3")]
    [InlineData("python3.13t")]
    [InlineData("python3.13D")]
    [InlineData("python3.13td.exe")]
    [InlineData("pythonw3")]
    [InlineData("pypy3.10")]
    [InlineData("pypyw.EXE")]
    [InlineData("graalpy")]
    [InlineData("graalpy3.12")]
    [InlineData("Activate.ps1")]
    [InlineData("activate.exe")]
    [InlineData("activate_this.py")]
    [InlineData("deactivate")]
    [InlineData("pydoc.bat")]
    [InlineData("krait")]
    [InlineData("Krait.exe")]
    public void Keeps_the_programs_of_an_environment(string name) => Assert.True(ReservedPrograms.Contains(name));

    [Theory]
    [InlineData("")]
    [InlineData(".exe")]
    [InlineData("pythonic")]
    [InlineData("python-config")]
    [InlineData("python3-config")]
    [InlineData("ipython3")]
    [InlineData("pypyt-run")]
    [InlineData("activate-global-python-argcomplete")]
    [InlineData("activate.py")]
    [InlineData("pydoc3")]
    [InlineData("pip3.12")]
    [InlineData("krait-plugin")]
    [InlineData("krait3")]
    public void Leaves_names_that_are_only_alike_to_packages(string name) =>
        Assert.False(ReservedPrograms.Contains(name));
}
