using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Server.Pages;
using Krait.Server.Policy;

namespace Krait.Server.Tests.Policy;

/// <summary>Rules of every form against files of every kind, and what each is about, written down by hand.</summary>
public sealed class RuleTableTests
{
    private static readonly (string Project, string File)[] Files =
    [
        ("demo", "demo-1.0-py3-none-any.whl"),
        ("demo", "demo-2.0rc1.tar.gz"),
        ("acme-demo", "acme_demo-1.5-cp312-cp312-win_amd64.whl"),
        ("other", "other-3.0.tar.gz"),
    ];

    /// <summary>What a part of a rule says, and which of the files it is about.</summary>
    private static readonly (string? Pattern, int[] About)[] Projects =
    [
        (null, [0, 1, 2, 3]),
        ("demo", [0, 1]),
        ("*demo", [0, 1, 2]),
        ("Acme_*", [2]),
        ("de?o", [0, 1]),
    ];

    private static readonly (string? Versions, int[] About)[] Versions =
    [
        (null, [0, 1, 2, 3]),
        ("<2", [0, 2]),
        (">=1.5", [1, 2, 3]),
        ("==1.*", [0, 2]),
    ];

    private static readonly (string? Kind, int[] About)[] Kinds =
    [
        (null, [0, 1, 2, 3]),
        ("wheel", [0, 2]),
        ("sdist", [1, 3]),
    ];

    private static readonly (string? Pattern, int[] About)[] Names =
    [
        (null, [0, 1, 2, 3]),
        ("*-any.whl", [0]),
        ("*win*", [2]),
        ("*.tar.gz", [1, 3]),
    ];

    [Fact]
    public void A_rule_is_about_what_all_of_its_parts_are_about()
    {
        var cases = 0;
        foreach (var (project, ofProject) in Projects)
        {
            foreach (var (versions, ofVersions) in Versions)
            {
                foreach (var (kind, ofKind) in Kinds)
                {
                    foreach (var (name, ofName) in Names)
                    {
                        var rule = new FileRule
                        {
                            Denies = true,
                            Project = project,
                            Versions = versions is null ? null : SpecifierSet.Parse(versions),
                            Kind = kind,
                            File = name,
                        };
                        var about = ofProject.Intersect(ofVersions).Intersect(ofKind).Intersect(ofName).ToHashSet();
                        for (var i = 0; i < Files.Length; i++)
                        {
                            var isDenied = Judge(FilePolicy.Usual with { Rules = [rule] }, i);
                            var isAllowedFirst = !Judge(
                                FilePolicy.Usual with
                                {
                                    Rules = [rule with { Denies = false }, new FileRule { Denies = true }],
                                },
                                i
                            );
                            var what = $"{project} {versions} {kind} {name}: {Files[i].File}";
                            Assert.True(isDenied == about.Contains(i), what);
                            Assert.True(isAllowedFirst == about.Contains(i), what);
                            cases++;
                        }
                    }
                }
            }
        }

        Assert.Equal(960, cases);
    }

    private static bool Judge(FilePolicy policy, int number)
    {
        var project = PackageName.Parse(Files[number].Project);
        var file = FileEntry.TryCreate(project, Files[number].File)!; // a good name
        var document = new ProjectDocument { Project = project, Files = [file] };
        return policy.Judge(document, file, isOwn: false, DateTimeOffset.UnixEpoch) is not null;
    }
}
