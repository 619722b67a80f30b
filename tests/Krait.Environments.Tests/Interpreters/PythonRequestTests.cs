using Krait.Environments.Interpreters;

namespace Krait.Environments.Tests.Interpreters;

public sealed class PythonRequestTests
{
    [Theory]
    [InlineData("", "any")]
    [InlineData("any", "any")]
    [InlineData("python", "any")]
    [InlineData("3", "release 3")]
    [InlineData("3.12", "release 3.12")]
    [InlineData("3.12.1", "release 3.12.1")]
    [InlineData("312", "release 3.12")]
    [InlineData("27", "release 2.7")]
    [InlineData("python3.12", "release 3.12")]
    [InlineData("python312", "release 3.12")]
    [InlineData("cp312", "CPython release 3.12")]
    [InlineData("cpython", "CPython")]
    [InlineData("cpython@3.12", "CPython release 3.12")]
    [InlineData("cpython3.12", "CPython release 3.12")]
    [InlineData("CPython@3.12", "CPython release 3.12")]
    [InlineData("pypy@3.10", "PyPy release 3.10")]
    [InlineData("pp310", "PyPy release 3.10")]
    [InlineData("pypy", "PyPy")]
    [InlineData("graalpy@3.11", "GraalPy release 3.11")]
    [InlineData("pyodide", "Pyodide")]
    [InlineData("3.13t", "release 3.13 FreeThreaded")]
    [InlineData("3.13d", "release 3.13 Debug")]
    [InlineData("3.13td", "release 3.13 FreeThreaded, Debug")]
    [InlineData("3.13+freethreaded", "release 3.13 FreeThreaded")]
    [InlineData("3.13+freethreaded+debug", "release 3.13 FreeThreaded, Debug")]
    [InlineData("3.14+gil", "release 3.14 Gil")]
    [InlineData("3.14.0rc1", "exactly 3.14.0rc1")]
    [InlineData(">=3.10,<3.13", "specifiers >=3.10,<3.13")]
    [InlineData(">=3.10", "specifiers >=3.10")]
    [InlineData("cpython>=3.10", "CPython specifiers >=3.10")]
    [InlineData("cpython@>=3.10", "CPython specifiers >=3.10")]
    [InlineData("cpython-3.12.3-linux-x86_64-gnu", "CPython release 3.12.3 on linux x86_64 gnu")]
    [InlineData("cpython-3.12-linux", "CPython release 3.12 on linux")]
    [InlineData("cpython-any-linux-aarch64-musl", "CPython on linux aarch64 musl")]
    [InlineData("/usr/bin/python3", "path /usr/bin/python3")]
    [InlineData("./venv", "path ./venv")]
    [InlineData(".venv", "path .venv")]
    [InlineData("~/py/bin/python", "path ~/py/bin/python")]
    [InlineData("mypython", "name mypython")]
    [InlineData("python-config", "name python-config")]
    [InlineData("3.12.1.1", "name 3.12.1.1")]
    [InlineData("venv3", "name venv3")]
    public void Reads(string text, string expected)
    {
        Assert.True(PythonRequest.TryParse(text, out var request, out _));
        Assert.Equal(expected, Describe(request));
    }

    [Theory]
    [InlineData(">=3.x")]
    [InlineData("cpython@>=")]
    [InlineData("pypy@nonsense")]
    [InlineData("<")]
    [InlineData("a\nb")]
    public void Refuses(string text)
    {
        Assert.False(PythonRequest.TryParse(text, out _, out var error));
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    private static string Describe(PythonRequest request)
    {
        var parts = new List<string>();
        if (request.Implementation is { } implementation)
            parts.Add(implementation.ToString());
        if (request.Release is { } release)
            parts.Add($"release {release}");
        if (request.Prerelease is { } version)
            parts.Add($"exactly {version}");
        if (request.Specifiers is { } specifiers)
            parts.Add($"specifiers {specifiers}");
        if (request.Variants != PythonVariants.None)
            parts.Add(request.Variants.ToString());
        if (request.Path is { } path)
            parts.Add($"path {path}");
        if (request.ExecutableName is { } name)
            parts.Add($"name {name}");
        if (request.OperatingSystem is not null)
        {
            parts.Add(
                string.Join(
                    ' ',
                    new[] { "on", request.OperatingSystem, request.Architecture, request.Libc }.OfType<string>()
                )
            );
        }

        return request.IsAny ? "any" : string.Join(' ', parts);
    }
}
