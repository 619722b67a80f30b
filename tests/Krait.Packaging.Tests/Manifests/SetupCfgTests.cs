using Krait.Packaging.Manifests;

namespace Krait.Packaging.Tests.Manifests;

public sealed class SetupCfgTests
{
    private const string Sample =
        "[metadata]\nname = demo\nversion = attr: demo.__version__\n\n[options]\npython-requires = >=3.8\ninstall_requires =\n    a>=1\n    # comment\n\n    b; sys_platform == 'win32'\n[options.extras_require]\nfast: c; d\n";

    [Fact]
    public void Reads_what_is_stated_and_lists_what_is_not()
    {
        Assert.True(SetupCfg.TryParse(Sample, "setup.cfg", out var setup, out _));
        Assert.Equal(("demo", null), (setup.Name!.Value, setup.Version));
        Assert.Equal(">=3.8", setup.RequiresPython!.ToString());
        Assert.Equal("a>=1|b; sys_platform == 'win32'", string.Join('|', setup.Dependencies.Select(d => d.Text)));
        Assert.Equal("c d", string.Join(' ', Assert.Single(setup.OptionalDependencies).Value.Select(d => d.Text)));
        Assert.Equal("version", Assert.Single(setup.Dynamic));
    }

    [Fact]
    public void Reports_all_errors_at_once()
    {
        Assert.False(
            SetupCfg.TryParse(
                "junk\n[metadata]\nname = -\nversion = x\n[options]\ninstall_requires = !!\n",
                "setup.cfg",
                out _,
                out var errors
            )
        );
        Assert.Equal(4, errors.Length);
        Assert.Equal(("setup.cfg", 1), (errors[0].Source, errors[0].Line));
    }

    [Fact]
    public void Reads_continuations_and_both_separators_as_configparser_does()
    {
        Assert.True(
            IniFile.TryParse(
                "[a]\r\nx: 1\r\n  2\r\n\r\n  3\r\ny = z = w\r\n; c\r\n[b]\n[a]\nX = 9\n",
                out var file,
                out _
            )
        );
        Assert.Equal("9", file.Section("a")!["x"]);
        Assert.Equal("1\n2\n\n3", file.Section("a")!.Values[0].Value);
        Assert.Equal("z = w", file.Section("a")!["Y"]);
        Assert.Equal(2, file.Sections.Count);
    }

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(Sample, 20_000, text => _ = SetupCfg.TryParse(text, "s", out _, out _));
}
