using FsCheck;
using FsCheck.Fluent;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests;

/// <summary>Random values of the language, dense enough that equal, neighbouring and nested ones meet.</summary>
internal static class Generators
{
    private static readonly string[] Numbers = ["0", "1", "2", "3", "10", "511", "512", "4095", "65535", "20240101"];

    public static Gen<string> VersionText =>
        from epoch in Gen.Frequency((19, Gen.Constant("")), (1, Gen.Elements("1!", "2!")))
        from release in Gen.Elements(Numbers).NonEmptyListOf().Resize(4)
        from pre in Gen.Frequency((3, Gen.Constant("")), (1, Numbered("a", "b", "rc")))
        from post in Gen.Frequency((4, Gen.Constant("")), (1, Numbered(".post")))
        from dev in Gen.Frequency((4, Gen.Constant("")), (1, Numbered(".dev")))
        from local in Gen.Frequency((5, Gen.Constant("")), (1, Gen.Elements("+a", "+1", "+a.1", "+1.a", "+abc")))
        select $"{epoch}{string.Join('.', release)}{pre}{post}{dev}{local}";

    public static Gen<Version> Version => VersionText.Select(Krait.Packaging.Versions.Version.Parse);

    public static Gen<VersionRanges> Ranges =>
        Gen.Sized(size =>
            Gen.OneOf(
                Clause.Select(clause => clause.ToRanges()),
                Gen.Two(Clause).Select(pair => pair.Item1.ToRanges().Union(pair.Item2.ToRanges())),
                Gen.Two(Clause).Select(pair => pair.Item1.ToRanges().Intersect(pair.Item2.ToRanges())),
                Version.Select(VersionRanges.Singleton),
                Gen.Elements(VersionRanges.All, VersionRanges.Empty)
            )
        );

    public static Gen<Specifier> Clause =>
        from specifierOperator in Gen.Elements(Enum.GetValues<SpecifierOperator>())
        from version in Version
        let isPrefix = specifierOperator.IsStar() || specifierOperator is SpecifierOperator.Compatible
        let length = version.ReleaseLength
        where specifierOperator is not SpecifierOperator.Arbitrary && (!isPrefix || length > 1)
        let allowsLocal = specifierOperator is SpecifierOperator.Equal or SpecifierOperator.NotEqual
        select new Specifier(
            specifierOperator,
            specifierOperator.IsStar() ? version.OnlyRelease()
                : allowsLocal ? version
                : version.WithoutLocal()
        );

    public static Gen<string> MarkerText => Gen.Sized(size => MarkerOfDepth(Math.Min(size / 8, 3)));

    /// <summary>Environments of machines that exist.</summary>
    public static Gen<MarkerEnvironment> Environment =>
        from platform in Gen.Elements(
            ("posix", "linux", "Linux", "x86_64"),
            ("posix", "linux", "Linux", "aarch64"),
            ("posix", "darwin", "Darwin", "arm64"),
            ("nt", "win32", "Windows", "AMD64"),
            ("posix", "freebsd13", "FreeBSD", "amd64"),
            ("posix", "cygwin", "CYGWIN_NT-10.0", "x86_64"),
            ("posix", "emscripten", "Emscripten", "wasm32")
        )
        from python in Gen.Elements(
            "3.7.17",
            "3.8.0",
            "3.9.1",
            "3.9.5",
            "3.10.0",
            "3.11.4",
            "3.12.1",
            "3.13.0",
            "4.0.0"
        )
        from implementation in Gen.Elements(("cpython", "CPython"), ("pypy", "PyPy"))
        from release in Gen.Elements("6.8.0", "6.8+aws", "7")
        select new MarkerEnvironment
        {
            OsName = platform.Item1,
            SysPlatform = platform.Item2,
            PlatformSystem = platform.Item3,
            PlatformMachine = platform.Item4,
            PlatformRelease = release,
            PlatformVersion = "#1",
            PythonFullVersion = python,
            PythonVersion = python[..python.LastIndexOf('.')],
            ImplementationName = implementation.Item1,
            ImplementationVersion = python,
            PlatformPythonImplementation = implementation.Item2,
        };

    private static Gen<string> Numbered(params string[] words) =>
        from word in Gen.Elements(words)
        from number in Gen.Elements("0", "1", "2", "4096")
        select word + number;

    private static Gen<string> MarkerOfDepth(int depth)
    {
        if (depth == 0)
            return MarkerComparison;
        var joined =
            from word in Gen.Elements(" and ", " or ")
            from parts in MarkerOfDepth(depth - 1).NonEmptyListOf().Resize(3)
            select $"({string.Join(word, parts)})";
        return Gen.OneOf(MarkerComparison, joined);
    }

    private static Gen<string> MarkerComparison =>
        Gen.OneOf(
            Comparison("python_version", ["3.7", "3.8", "3.9", "3.10", "3.12", "4", "3"]),
            Comparison("python_full_version", ["3.8.0", "3.9.1", "3.9.5", "3.10", "3.11.4", "3.12.1"]),
            Equality("sys_platform", "linux", "win32", "darwin", "cygwin"),
            Equality("platform_system", "Linux", "Windows", "Darwin", "FreeBSD"),
            Equality("os_name", "nt", "posix"),
            Equality("platform_machine", "x86_64", "aarch64", "arm64", "AMD64"),
            Equality("implementation_name", "cpython", "pypy"),
            Equality("platform_release", "6.8", "6.8.0", "6.8+aws", "6.*", "6.8.0-1-aws", "7"),
            Gen.Elements(
                "sys_platform in 'linux darwin'",
                "'win' in sys_platform",
                "platform_release >= '6.8'",
                "'3.9' <= python_version"
            ),
            Gen.Elements("extra == 'a'", "extra != 'b'", "extra == 'B'"),
            Gen.Elements("python_version in '3.8 3.9'", "python_version not in '3.7, 3.12'", "python_version ~= '3.9'")
        );

    private static Gen<string> Comparison(string variable, string[] values) =>
        from comparison in Gen.Elements("==", "!=", "<", "<=", ">", ">=")
        from value in Gen.Elements(values)
        select $"{variable} {comparison} '{value}'";

    private static Gen<string> Equality(string variable, params string[] values) =>
        from comparison in Gen.Elements("==", "!=")
        from value in Gen.Elements(values)
        select $"{variable} {comparison} '{value}'";
}
