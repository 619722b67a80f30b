using Krait.Environments.Installed;
using Krait.Packaging.Names;
using Krait.Testing;

namespace Krait.Environments.Tests.Installed;

public sealed class InstalledDistributionsTests
{
    [Fact]
    public void Takes_names_and_versions_from_the_names_of_folders()
    {
        using var folder = new TempFolder();
        folder.Write("Flask_Login-0.6.3.dist-info/METADATA", "x");
        folder.Write("zope.interface-5.0.dist-info/METADATA", "x");
        folder.Write("old-1.0-py3.8.egg-info/PKG-INFO", "Version: 1.0\n");
        folder.Write("older.egg-info", "Name: older\nVersion: 2.0\n\n");
        folder.Write("dev.egg-link", "/src\n.");
        folder.Write("flask_login/__init__.py", "");
        folder.Write("~umpy-1.0.dist-info/METADATA", "x");
        folder.Write("-1.0.dist-info/METADATA", "x");

        var installed = InstalledDistributions.Read([folder.Path, folder.At("missing")]);

        Assert.Equal(
            ["dev ", "flask-login 0.6.3", "old 1.0", "older 2.0", "zope-interface 5.0"],
            installed.All.Select(d => d.ToString())
        );
        Assert.Empty(installed.Duplicates);
    }

    [Fact]
    public void Reports_a_name_that_is_there_twice_with_both_paths()
    {
        using var folder = new TempFolder();
        folder.Write("a-1.0.dist-info/METADATA", "x");
        folder.Write("A-2.0.dist-info/METADATA", "x");
        var warning = Assert.Single(InstalledDistributions.Read([folder.Path]).Duplicates);
        Assert.Equal(2, warning.Notes.Length);
        Assert.Contains(warning.Notes, n => n.Contains(folder.At("a-1.0.dist-info"), StringComparison.Ordinal));
    }

    [Fact]
    public void Never_calls_a_half_made_description_installed()
    {
        using var folder = new TempFolder();
        folder.Write("a-1.0.dist-info/RECORD", "x");
        folder.Write("b-1.0.dist-info/METADATA", "");
        var installed = InstalledDistributions.Read([folder.Path]);
        Assert.Empty(installed.All);
        Assert.Equal(2, installed.Broken.Length);
        Assert.False(installed.Matches([(PackageName.Parse("a"), Version.Parse("1.0"))], allowOthers: true));
    }

    [Fact]
    public void Shows_what_is_there_in_part_and_lets_a_change_renew_it()
    {
        using var folder = new TempFolder();
        folder.Write("stripped-1.0.dist-info/METADATA", "x");
        folder.Write("stripped-1.0.dist-info/RECORD", "tests/test_it.py,,\nstripped/__init__.py,,\n");
        folder.Write("stripped/__init__.py", "");
        folder.Write("gone-1.0.dist-info/METADATA", "x");
        folder.Write("gone-1.0.dist-info/RECORD", "gone/__init__.py,,\ngone-1.0.dist-info/METADATA,,\n");
        var installed = InstalledDistributions.Read([folder.Path]);

        Assert.Equal(["gone", "stripped"], installed.Broken.Select(d => d.Name.Value));
        Assert.Contains("stripped 1.0", Assert.Single(installed.Partial).Message);
        var shown = installed.WithPartial();
        Assert.Equal(["stripped"], shown.All.Select(d => d.Name.Value));
        Assert.Equal(["gone"], shown.Broken.Select(d => d.Name.Value));
    }

    [Fact]
    public void Compares_a_set_by_names_and_versions_alone()
    {
        using var folder = new TempFolder();
        folder.Write("a-1.0.dist-info/METADATA", "x");
        folder.Write("b-2.0.0.dist-info/METADATA", "x");
        var installed = InstalledDistributions.Read([folder.Path]);
        (PackageName, Version)[] both =
        [
            (PackageName.Parse("a"), Version.Parse("1.0")),
            (PackageName.Parse("b"), Version.Parse("2.0")),
        ];
        Assert.True(installed.Matches(both, allowOthers: false));
        Assert.True(installed.Matches(both[..1], allowOthers: true));
        Assert.False(installed.Matches(both[..1], allowOthers: false));
        Assert.False(installed.Matches([(PackageName.Parse("a"), Version.Parse("1.1"))], allowOthers: true));
    }
}
