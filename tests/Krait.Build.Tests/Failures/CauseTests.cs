using Krait.Build.Failures;
using Krait.Build.Hooks;

namespace Krait.Build.Tests.Failures;

public sealed class CauseTests
{
    private static readonly HookOutcome Failed = new HookOutcome.Failed("RuntimeError", "");

    [Theory]
    [InlineData("error: command 'gcc' failed: No such file or directory", "no-compiler")]
    [InlineData("unable to execute 'x86_64-linux-gnu-gcc': No such file or directory", "no-compiler")]
    [InlineData("../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc']]", "no-compiler")]
    [InlineData("CMake Error: No CMAKE_C_COMPILER could be found.", "no-compiler")]
    [InlineData("c/_cffi_backend.c:15:10: fatal error: ffi.h: No such file or directory", "no-header")]
    [InlineData("x.c:1:10: fatal error: 'Python.h' file not found", "no-header")]
    [InlineData(
        "src/lxml/etree.c:3:10: fatal error: libxml/xpath.h: No such file or directory\ncompilation terminated.",
        "no-header"
    )]
    [InlineData("Error: pg_config executable not found.", "no-program")]
    [InlineData("/usr/bin/ld: cannot find -lssl: No such file or directory", "no-library")]
    [InlineData("error: can't find Rust compiler", "no-rust")]
    [InlineData("Cargo, the Rust package manager, is not installed or is not on PATH.", "no-rust")]
    [InlineData("OSError: [FileError 28] No space left on device", "disk-full")]
    [InlineData("ModuleNotFoundError: No module named 'distutils'", "no-distutils")]
    [InlineData("error in demo setup command: use_2to3 is invalid.", "use-2to3")]
    [InlineData("ModuleNotFoundError: No module named 'pkg_resources'", "no-pkg-resources")]
    [InlineData("ImportError: cannot import name 'Feature' from 'setuptools'", "setuptools-too-new")]
    [InlineData("ModuleNotFoundError: No module named 'setuptools.command.test'", "setuptools-too-new")]
    [InlineData(
        "setuptools.errors.InvalidConfigError: Invalid dash-separated key 'description-file'",
        "setuptools-too-new"
    )]
    [InlineData("AttributeError: module 'pkgutil' has no attribute 'ImpImporter'", "python-too-new")]
    [InlineData("a.c:5:10: fatal error: longintrepr.h: No such file or directory", "python-too-new")]
    [InlineData("SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?", "python-2")]
    [InlineData(
        "RuntimeError: Cannot install on Python version 3.13.0; only versions >=3.7,<3.11 are supported.",
        "wrong-python"
    )]
    [InlineData("ModuleNotFoundError: No module named 'numpy'", "undeclared-build-dependency")]
    [InlineData("LookupError: setuptools-scm was unable to detect version for /x.", "no-vcs-version")]
    public void Recognizes_causes(string log, string code)
    {
        var cause = CauseSearch.Find($"running build\n{log}\nerror\n", Failed, "demo", "3.12.1");
        Assert.Equal(code, cause?.Code);
        Assert.DoesNotContain(cause!.Explanation + cause.Hint.ToString(), c => char.IsControl(c));
    }

    [Fact]
    public void Says_nothing_where_it_knows_nothing() =>
        Assert.Null(CauseSearch.Find("ValueError: something else", Failed, "demo", "3.12.1"));

    [Fact]
    public void Takes_a_killed_build_for_one_without_memory() =>
        Assert.Equal("out-of-memory", CauseSearch.Find("", new HookOutcome.Killed(9), "demo", "3.12.1")?.Code);

    [Theory]
    [InlineData("fatal error: ffi.h: No such file or directory", "libffi-dev")]
    [InlineData("fatal error: unknown.h: No such file or directory", "`unknown.h`")]
    public void Names_the_package_of_a_header(string log, string expected) =>
        Assert.Contains(
            expected,
            CauseSearch.Find(log, Failed, "demo", "3.12")!.Hint.ToString(),
            StringComparison.Ordinal
        );
}
