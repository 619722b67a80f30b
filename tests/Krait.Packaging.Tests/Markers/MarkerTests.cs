using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Markers;

public sealed class MarkerTests
{
    [Theory]
    [InlineData("python_version >= '3.9'", "python_full_version >= '3.9'")]
    [InlineData("python_version > '3.9'", "python_full_version >= '3.10'")]
    [InlineData("python_version == '3.9'", "python_full_version == '3.9.*'")]
    [InlineData("python_version != '3.9'", "python_full_version != '3.9.*'")]
    [InlineData("python_version <= '3.9'", "python_full_version < '3.10'")]
    [InlineData("python_version < '3.9.1'", "python_full_version < '3.10'")]
    [InlineData(
        "python_version in '3.8 3.9, 3.11'",
        "python_full_version == '3.11.*' or (python_full_version >= '3.8' and python_full_version < '3.10')"
    )]
    [InlineData("python_full_version <= '3.11.0a6'", "python_full_version <= '3.11'")]
    [InlineData("platform_system == 'Windows' or sys_platform == 'win32'", "sys_platform == 'win32'")]
    [InlineData("'3.9' <= python_version", "python_full_version >= '3.9'")]
    [InlineData(
        "python_version < '3.10' or (python_version >= '3.10' and os_name == 'nt')",
        "python_full_version < '3.10' or os_name == 'nt'"
    )]
    [InlineData(
        "(os_name == 'a' and python_version < '3.12') or (os_name != 'a' and python_version < '3.10')",
        "python_full_version < '3.10' or (python_full_version >= '3.10' and python_full_version < '3.12' and os_name == 'a')"
    )]
    [InlineData(
        "sys_platform != 'win32' and sys_platform != 'cygwin' and platform_python_implementation != 'PyPy'",
        "platform_python_implementation != 'PyPy' and sys_platform != 'cygwin' and sys_platform != 'win32'"
    )]
    [InlineData("'test' in dependency_groups and extra == 'X_y'", "extra == 'x-y' and 'test' in dependency_groups")]
    [InlineData("os_name == \"it's\"", "os_name == \"it's\"")]
    public void Prints_shortly_and_always_the_same(string text, string expected) =>
        Assert.Equal(expected, Marker.Parse(text).ToText());

    [Theory]
    [InlineData("sys_platform == 'win32' and platform_system == 'Darwin'")]
    [InlineData("sys_platform == 'win32' and sys_platform == 'linux'")]
    [InlineData("os_name == 'nt' and sys_platform == 'linux'")]
    [InlineData("platform_system == 'FreeBSD' and sys_platform == 'darwin'")]
    [InlineData("python_version < '3.8' and python_version >= '3.8'")]
    [InlineData("python_version == '3.8.1'")]
    [InlineData("sys_platform < 'linux'")]
    [InlineData("python_version < '0'")]
    [InlineData("platform_release == 'r1' and platform_release == 'r2'")]
    [InlineData("platform_release == '5.15' and platform_release == '6.1'")]
    [InlineData("platform_release == '5.15' and platform_release == 'r1'")]
    [InlineData("platform_release == '5.15.0' and platform_release != '5.15'")]
    [InlineData("platform_release <= 'r1' and platform_release == 'r2'")]
    public void Knows_what_never_holds(string text)
    {
        Assert.True(Marker.Parse(text).IsFalse);
        Assert.True(Marker.Parse(text).Not().IsTrue);
    }

    [Theory]
    // A local version is also its public one, and a series holds many.
    [InlineData("platform_release == '5.15' and platform_release == '5.15+aws'", "5.15+aws")]
    [InlineData("platform_release == '5.15' and platform_release == '5.*'", "5.15.0")]
    [InlineData("platform_release == '5.15' and platform_release >= '5'", "5.15.0")]
    [InlineData("platform_release == '5.15' and '5' in platform_release", "5.15.0")]
    [InlineData("platform_release == '5.15.0-1-aws' or platform_release == '5.15.1'", "5.15.0-1-aws")]
    [InlineData("platform_release == '5.15.0' and platform_release != '6.1'", "5.15")]
    public void Values_of_a_kernel_release_meet(string text, string release)
    {
        var marker = Marker.Parse(text);
        var environment = new MarkerEnvironment
        {
            PythonFullVersion = "3.12.1",
            PythonVersion = "3.12",
            PlatformRelease = release,
        };
        Assert.True(marker.Evaluate(environment));
        Assert.False(marker.Evaluate(environment with { PlatformRelease = "6.1" }));
    }

    [Theory]
    [InlineData("platform_release > '99'", false)]
    [InlineData("platform_release > '1.0'", false)]
    [InlineData("platform_release < '1.0'", false)]
    [InlineData("platform_release < '99'", false)]
    [InlineData("platform_release >= '1.0'", false)]
    [InlineData("platform_release <= '99'", false)]
    [InlineData("platform_release ~= '6.8'", false)]
    [InlineData("platform_release == '6.*'", false)]
    [InlineData("'1.0' < platform_release", false)]
    [InlineData("'99' >= platform_release", false)]
    [InlineData("platform_release >= '6.8.0-41-generic'", true)]
    [InlineData("platform_release <= '6.8.0-41-generic'", true)]
    [InlineData("platform_release == '6.8.0-41-generic'", true)]
    [InlineData("platform_release === '6.8.0-41-generic'", true)]
    [InlineData("platform_release < '6.8.0-41-generic'", false)]
    [InlineData("platform_release < '1.0' or platform_release >= '1.0'", false)]
    public void A_kernel_release_that_is_no_version_is_neither_less_nor_greater(string text, bool holds)
    {
        var environment = new MarkerEnvironment
        {
            PythonFullVersion = "3.12.1",
            PythonVersion = "3.12",
            PlatformRelease = "6.8.0-41-generic",
        };
        Assert.Equal(holds, Marker.Parse(text).Evaluate(environment));
        Assert.Equal(holds, Marker.Parse(Marker.Parse(text).ToText()!).Evaluate(environment));
    }

    [Fact]
    public void A_kernel_release_that_is_a_version_is_compared_as_one()
    {
        var environment = new MarkerEnvironment
        {
            PythonFullVersion = "3.12.1",
            PythonVersion = "3.12",
            PlatformRelease = "6.10",
        };
        Assert.True(Marker.Parse("platform_release > '6.8'").Evaluate(environment));
        Assert.False(Marker.Parse("platform_release < '6.8'").Evaluate(environment));
        Assert.True(Marker.Parse("platform_release < '6.8'").IsDisjointFrom(Marker.Parse("platform_release >= '6.8'")));
    }

    [Fact]
    public void Many_values_of_a_kernel_release_make_a_small_marker()
    {
        var others = Enumerable
            .Range(0, 300)
            .Aggregate(Marker.True, (all, i) => all.And(Marker.Parse($"platform_release == 'small{i}'").Not()));
        Assert.True(others.IsDisjointFrom(Marker.Parse("platform_release == 'small7'")));
        Assert.Equal("platform_release == '6.6.6'", Marker.Parse("platform_release == '6.6.6'").And(others).ToText());
    }

    [Fact]
    public void Leaves_out_what_the_python_bound_implies()
    {
        var ranges = SpecifierSet.Parse(">=3.8,<3.13").ToRanges();
        var marker = Marker.Parse("python_version >= '3.8' and python_version < '3.10' and os_name == 'nt'");
        Assert.Equal("python_full_version < '3.10' and os_name == 'nt'", marker.AssumePython(ranges).ToText());
        Assert.Null(Marker.Parse("python_version >= '3.7'").AssumePython(ranges).ToText());
        Assert.Equal(
            "python_full_version >= '3.8' and python_full_version < '3.13'",
            Marker.True.ConditionOnPython(ranges).ToText()
        );
    }

    [Fact]
    public void Tells_the_python_versions_it_can_hold_for() =>
        Assert.Equal(
            ">=3.9,<3.12",
            Marker
                .Parse(
                    "(python_version >= '3.9' and os_name == 'nt') or (python_version == '3.10' and os_name != 'nt')"
                )
                .And(Marker.Parse("python_version < '3.12'"))
                .PythonVersions()
                .ToString()
        );

    [Fact]
    public void Scopes_the_extras_of_a_package()
    {
        var marker = Marker.FromScopedExtra(PackageName.Parse("Foo"), ExtraName.Parse("cpu"));
        Assert.Equal("extra == 'extra-3-foo-cpu'", marker.ToText());
        var group = Marker.FromScopedGroup(PackageName.Parse("foo"), ExtraName.Parse("dev"));
        Assert.Equal("extra == 'group-3-foo-dev'", group.ToText());
    }

    [Fact]
    public void Counts_only_the_release_of_a_python_prerelease()
    {
        var environment = new MarkerEnvironment { PythonFullVersion = "3.13.0b1", PythonVersion = "3.13" };
        Assert.True(Marker.Parse("python_version >= '3.13'").Evaluate(environment));
    }

    [Fact]
    public void A_changed_environment_is_evaluated_as_it_is_now()
    {
        var environment = new MarkerEnvironment { PythonFullVersion = "3.12.1", PythonVersion = "3.12" };
        var marker = Marker.Parse("python_version < '3.10'");
        Assert.False(marker.Evaluate(environment));
        Assert.True(marker.Evaluate(environment with { PythonFullVersion = "3.9.0", PythonVersion = "3.9" }));
    }

    [Fact]
    public void Builds_one_store_from_many_threads()
    {
        var texts = Enumerable
            .Range(0, 200)
            .Select(i => $"python_version >= '3.{i % 14}' and os_name == 'o{i % 10}'")
            .ToArray();
        var results = new Marker[8][];
        Parallel.For(0, 8, i => results[i] = [.. texts.Select(Marker.Parse)]);
        Assert.All(results, markers => Assert.Equal(results[0], markers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("os_name")]
    [InlineData("os_name = 'a'")]
    [InlineData("os_name == 'a")]
    [InlineData("os_name == 'a' or")]
    [InlineData("(os_name == 'a'")]
    [InlineData("os_name == 'a')")]
    [InlineData("os_name == 'a' xor os_name == 'b'")]
    [InlineData("os_name notin 'a'")]
    [InlineData("os_name == 'a\\'")]
    [InlineData("unknown == 'a'")]
    public void Refuses_what_is_not_a_marker(string text)
    {
        Assert.False(Marker.TryParse(text, out _, out var error));
        Assert.Equal("invalid-marker", error.Code);
        Assert.NotNull(error.Span);
    }

    [Fact]
    public void Thousands_of_groups_are_read_joined_and_written()
    {
        var names = Enumerable.Range(0, 3_000).Select(i => $"g{i:0000}").ToArray();
        var plain = Marker.AnyOf(names.Select(name => Marker.FromChosenGroup(ExtraName.Parse(name))));
        var text = string.Join(" or ", names.Select(name => $"'{name}' in dependency_groups"));
        Assert.Equal(text, plain.ToText());
        Assert.Equal(plain, Marker.Parse(text));

        // Some of them only on one platform.
        var windows = Marker.Parse("sys_platform == 'win32'");
        var mixed = Marker.AnyOf(
            names.Select(
                (name, i) => Marker.FromChosenGroup(ExtraName.Parse(name)).And(i < 100 ? windows : Marker.True)
            )
        );
        var written = mixed.ToText();
        Assert.NotNull(written);
        Assert.Equal(mixed, Marker.Parse(written));
        Assert.True(mixed.WithoutChoices().IsTrue);
    }

    [Fact]
    public void Of_no_conditions_none_holds() => Assert.Equal(Marker.False, Marker.AnyOf([]));
}
