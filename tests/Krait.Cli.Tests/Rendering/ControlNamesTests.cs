using Krait.Cli.Rendering;
using Krait.Packaging.Text;

namespace Krait.Cli.Tests.Rendering;

public sealed class ControlNamesTests
{
    public static TheoryData<ControlKind> Kinds() => [.. Enum.GetValues<ControlKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_control_has_a_name(ControlKind kind) =>
        Assert.Matches("^`.*(-|krait |KRAIT_).*`.*$", ControlNames.NameOf(new ControlUse(kind, Argument: null)));

    [Fact]
    public void Values_stand_behind_options() =>
        Assert.Equal("Or `--only-binary demo`", ControlNames.Of($"Or {Control.OnlyBinary.With("demo")}"));

    [Fact]
    public void Variables_are_set_to_values() =>
        Assert.Equal("`KRAIT_CONCURRENT_BUILDS=1`", ControlNames.Of($"{Control.ConcurrentBuilds.With("1")}"));

    [Fact]
    public void A_package_that_is_installed_again_is_named_twice() =>
        Assert.Equal(
            "`krait pip install --reinstall-package demo demo`",
            ControlNames.Of($"{Control.Reinstall.With("demo")}")
        );

    [Fact]
    public void Parts_of_a_version_are_an_option_each() =>
        Assert.Equal("`--bump minor --bump beta`", ControlNames.Of($"{Control.BumpBoth.With("minor beta")}"));

    [Fact]
    public void An_option_that_is_the_reason_is_named_in_the_message() =>
        Assert.Equal(
            "`demo` is not in the cache, and `--offline` is set",
            ControlNames.MessageOf(
                new Diagnostic("offline", "`demo` is not in the cache") { Because = ControlKind.Offline }
            )
        );
}
