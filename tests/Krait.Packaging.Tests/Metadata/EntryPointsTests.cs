using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class EntryPointsTests
{
    [Fact]
    public void Reads_groups_names_and_objects()
    {
        Assert.True(
            EntryPoints.TryParse(
                "# c\n[console_scripts]\nDemo = demo.cli : main.run [extra, other]\npip3.12=pip:main\n\n[gui_scripts]\ndemo-gui = demo.gui:App\n[pytest11]\nx = demo.plugin\nno value\n"u8,
                out var entryPoints,
                out _
            )
        );
        Assert.Equal(["Demo", "pip3.12", "demo-gui"], entryPoints.Scripts.Select(s => s.Name).ToArray());
        var first = entryPoints.All[0];
        Assert.Equal(("demo.cli", "main.run", false), (first.Module, first.Attribute, first.IsGui));
        Assert.Equal(["extra", "other"], first.Extras.ToArray());
        Assert.Equal(4, entryPoints.All.Length);
    }

    [Theory]
    [InlineData("../x = a:b")]
    [InlineData("/abs = a:b")]
    [InlineData("a\\b = a:b")]
    [InlineData(". = a:b")]
    [InlineData(".. = a:b")]
    [InlineData(" = a:b")]
    [InlineData("C:x = a:b")]
    [InlineData("python = a:b")]
    [InlineData("Python3.12 = a:b")]
    [InlineData("pythonw.exe = a:b")]
    [InlineData("Activate.ps1 = a:b")]
    [InlineData("activate = a:b")]
    [InlineData("krait = a:b")]
    [InlineData("x\u202e = a:b")]
    [InlineData("x\u0007y = a:b")]
    [InlineData("x = a b:c")]
    [InlineData("x = a:b; import os")]
    [InlineData("x = a:b'")]
    [InlineData("x = a:b()")]
    [InlineData("x = a:")]
    [InlineData("x = a")]
    [InlineData("x = :b")]
    [InlineData("x = a..b:c")]
    [InlineData("x = a:class")]
    [InlineData("x = ﬁ:b")]
    [InlineData("x")]
    public void Refuses_hostile_scripts_and_keeps_the_good_ones(string line)
    {
        Assert.False(
            EntryPoints.TryParse(
                Encoding.UTF8.GetBytes($"[console_scripts]\n{line}\ngood = a:b\n"),
                out var entryPoints,
                out var errors
            )
        );
        Assert.Equal("invalid-entry-point", Assert.Single(errors).Code);
        Assert.Equal("good", Assert.Single(entryPoints.All).Name);
    }

    [Theory]
    [InlineData("nul.txt")]
    [InlineData("AUX")]
    [InlineData("com1.exe")]
    [InlineData("x.")]
    public void Names_that_only_Windows_cannot_keep_are_refused_there_only(string name)
    {
        Assert.NotNull(ScriptName.Check(name, isWindows: true));
        Assert.Null(ScriptName.Check(name, isWindows: false));
    }

    [Fact]
    public void All_bad_scripts_are_reported_at_once_with_their_lines()
    {
        Assert.False(
            EntryPoints.TryParse("[console_scripts]\n../x = a:b\nok = a:b\npython = a:b\n"u8, out _, out var errors)
        );
        Assert.Equal([2, 4], errors.Select(e => e.Line).ToArray());
    }

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(
            "[console_scripts]\na = b.c:d.e [x]\n[ g ]\nq = z\n",
            30_000,
            text => _ = EntryPoints.TryParse(Encoding.UTF8.GetBytes(text), out _, out _)
        );
}
