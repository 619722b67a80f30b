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
        folder.Write("partial-1.0.dist-info/METADATA", "x");
        folder.Write("partial-1.0.dist-info/RECORD", "other/__init__.py,,\npartial/__init__.py,,\n");
        folder.Write("partial/__init__.py", "");
        folder.Write("gone-1.0.dist-info/METADATA", "x");
        folder.Write("gone-1.0.dist-info/RECORD", "gone/__init__.py,,\ngone-1.0.dist-info/METADATA,,\n");
        var installed = InstalledDistributions.Read([folder.Path]);

        Assert.Equal(["gone", "partial"], installed.Broken.Select(d => d.Name.Value));
        Assert.Contains("partial 1.0", Assert.Single(installed.Partial).Message);
        Assert.Contains("gone 1.0", Assert.Single(installed.LeftOut).Message);
        var shown = installed.WithPartial();
        Assert.Equal(["partial"], shown.All.Select(d => d.Name.Value));
        Assert.Equal(["gone"], shown.Broken.Select(d => d.Name.Value));
    }

    [Theory]
    [InlineData("tests/test_it.py,,\nslim/__init__.py,,\n")]
    [InlineData("slim/tests/test_it.py,,\nslim/__init__.py,,\n")]
    [InlineData(
        "docs/conf.py,,\nexamples/go.py,,\nTest/x.py,,\nslim/__init__.pyi,,\nREADME.md,,\nslim/__init__.py,,\n"
    )]
    public void Calls_installed_what_was_made_smaller(string record)
    {
        using var folder = new TempFolder();
        folder.Write("slim-1.0.dist-info/METADATA", "x");
        folder.Write("slim-1.0.dist-info/RECORD", record);
        folder.Write("slim/__init__.py", "");
        var installed = InstalledDistributions.Read([folder.Path]);
        Assert.Equal(["slim"], installed.All.Select(d => d.Name.Value));
        Assert.Empty(installed.Broken);
    }

    [Fact]
    public void Misses_the_tests_of_what_consists_of_them()
    {
        using var folder = new TempFolder();
        folder.Write("tests-1.0.dist-info/METADATA", "x");
        folder.Write("tests-1.0.dist-info/RECORD", "tests/__init__.py,,\n");
        Assert.Single(InstalledDistributions.Read([folder.Path]).Broken);
        folder.Write("tests/__init__.py", "");
        Assert.Single(InstalledDistributions.Read([folder.Path]).All);
    }

    [Theory]
    [InlineData("pack/__init__.py", "pack/__init__.pyc")]
    [InlineData("single.py", "single.pyc")]
    public void Calls_installed_what_was_compiled_and_lost_its_sources(string source, string compiled)
    {
        using var folder = new TempFolder();
        folder.Write("hard-1.0.dist-info/METADATA", "x");
        folder.Write("hard-1.0.dist-info/RECORD", $"{source},,\n");
        Assert.Single(InstalledDistributions.Read([folder.Path]).Broken);
        folder.Write(compiled, "");
        Assert.Single(InstalledDistributions.Read([folder.Path]).All);
    }

    [Fact]
    public void Lists_what_lost_its_metadata_and_has_its_modules()
    {
        using var folder = new TempFolder();
        folder.Write("there-1.0.dist-info/RECORD", "there.py,,\n");
        folder.Write("there-1.0.dist-info/METADATA", "");
        folder.Write("there.py", "");
        folder.Write("lost-1.0.dist-info/RECORD", "lost.py,,\n");
        // What an upgrade left of the version before is not the package.
        folder.Write("new-1.0.dist-info/RECORD", "new.py,,\n");
        folder.Write("new-2.0.dist-info/RECORD", "new.py,,\n");
        folder.Write("new-2.0.dist-info/METADATA", "x");
        folder.Write("new.py", "");
        var installed = InstalledDistributions.Read([folder.Path]);
        Assert.Equal(["new 2.0", "there 1.0"], installed.WithPartial().All.Select(d => d.ToString()));
        Assert.Contains("METADATA", Assert.Single(installed.Partial).Message);
        Assert.Contains("lost 1.0", Assert.Single(installed.LeftOut).Message);
    }

    [Theory]
    [InlineData("crypto.egg-info", true)]
    [InlineData("crypto-38.0.4.egg-info", true)]
    [InlineData("Crypto-38.0.4-py3.11.egg-info", true)]
    [InlineData("crypto-38.0.5.egg-info", false)]
    public void Takes_two_descriptions_of_one_version_for_one_installation(string egg, bool isOne)
    {
        using var folder = new TempFolder();
        folder.Write("crypto-38.0.4.dist-info/METADATA", "x");
        folder.Write($"{egg}/PKG-INFO", "Name: crypto\nVersion: 38.0.4\n");
        var installed = InstalledDistributions.Read([folder.Path]);
        Assert.Equal(isOne ? 1 : 2, installed.All.Length);
        Assert.Equal(isOne, !installed.Duplicates.Any());
        Assert.Equal(isOne ? [egg] : [], installed.All[0].Others.Select(d => d.EntryName));
        Assert.Equal(InstalledKind.DistInfo, installed.All.First(d => d.VersionText is "38.0.4").Kind);
    }

    [Theory]
    [InlineData("project", ".", "project")]
    [InlineData("project/src", "../", "project")]
    public void Follows_a_link_to_a_project_in_development(string modules, string up, string project)
    {
        using var folder = new TempFolder();
        folder.Write($"{modules}/Dev_Proj.egg-info/PKG-INFO", "Metadata-Version: 1.2\nName: Dev-Proj\nVersion: 0.1\n");
        folder.Write($"{modules}/Dev_Proj.egg-info/requires.txt", "six\n");
        folder.Write("site/Dev-Proj.egg-link", $"{folder.At(modules)}\n{up}");
        var found = Assert.Single(InstalledDistributions.Read([folder.At("site")]).All);
        Assert.Equal("dev-proj 0.1", found.ToString());
        Assert.Equal(folder.At(project), found.ProjectFolder);
        Assert.NotEmpty(found.ReadMetadata());
        Assert.NotEmpty(found.Read("requires.txt"));
    }

    [Fact]
    public void Hides_what_the_system_has_behind_what_is_installed()
    {
        using var folder = new TempFolder();
        folder.Write("own/six-1.17.dist-info/METADATA", "x");
        folder.Write("system/six-1.16.egg-info", "Name: six\nVersion: 1.16\n");
        folder.Write("system/yaml-6.0.dist-info/METADATA", "x");
        folder.Write("last/yaml-5.0.dist-info/METADATA", "x");
        var installed = InstalledDistributions.Read([folder.At("own")], [folder.At("system"), folder.At("last")]);
        Assert.Equal(["six 1.17", "yaml 6.0"], installed.All.Select(d => d.ToString()));
        Assert.Equal([false, true], installed.All.Select(d => d.IsForeign));
        Assert.Empty(installed.Duplicates);
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
