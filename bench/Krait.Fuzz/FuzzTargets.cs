using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Fuzz;

/// <summary>Everything that is fuzzed. No input may make a parser throw, and what it accepts must survive being written and read again.</summary>
internal static class FuzzTargets
{
    private const string Reasons = "what is rejected is rejected for a reason";
    private static readonly PackageName Project = PackageName.Parse("demo");

    public static ImmutableArray<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "toml",
            Toml,
            "# c\n[a]\nb.c = [1, 2.5, {x = \"y\"}] # d\n",
            "[[t]]\nd = 1979-05-27T07:32:00Z\ns = '''\nx'''\n"
        ),
        FuzzTarget.OfText(
            "requirement",
            ReadRequirement,
            "demo[a,b]>=1,<2; python_version < '3.9'",
            "demo @ https://host.example/x.whl"
        ),
        FuzzTarget.OfText("marker", ReadMarker, "sys_platform == 'win32' and (extra == 'a' or '3' in python_version)"),
        FuzzTarget.OfText("specifiers", Specifiers, ">=1.0,!=2.*,~=1.4.5", "===anything"),
        FuzzTarget.OfText("wheel-name", WheelName, "demo-1.0-1-cp312-cp312-manylinux_2_17_x86_64.whl"),
        FuzzTarget.OfText(
            "pyproject",
            ReadPyProject,
            "[project]\nname = \"demo\"\ndependencies = [\"a>1\"]\n[dependency-groups]\ng = [{include-group = \"h\"}]\n"
        ),
        FuzzTarget.OfText(
            "pylock",
            ReadPylock,
            "lock-version = \"1.0\"\ncreated-by = \"x\"\n[[packages]]\nname = \"demo\"\nversion = \"1\"\n"
        ),
        new(
            "metadata",
            ReadMetadata,
            "Metadata-Version: 2.1\nName: demo\nVersion: 1\nRequires-Dist: a\n\nbody\n"u8.ToArray()
        ),
        new("record", ReadRecord, "a.py,sha256=AAAA,3\n\"b,\"\"c\",,\n"u8.ToArray()),
        new(
            "html-page",
            HtmlPage,
            "<!DOCTYPE html><base href='x/'><a href=\"demo-1.whl#sha256=00\" data-yanked='&lt;'>x</a>"u8.ToArray()
        ),
        new(
            "json-page",
            JsonPage,
            "{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"demo\",\"files\":[{\"filename\":\"demo-1-py3-none-any.whl\",\"url\":\"x\",\"hashes\":{}}]}"u8.ToArray()
        ),
        ArchiveTargets.Inflate,
        ArchiveTargets.Zip,
    ];

    /// <summary>Stops the run: Krait broke a promise.</summary>
    public static void Require([DoesNotReturnIf(false)] bool holds, string promise)
    {
        if (!holds)
            throw new UnreachableException(promise);
    }

    private static void Toml(string text)
    {
        if (!TomlDocument.TryParse(text, out var document, out var errors))
        {
            Require(!errors.IsEmpty, Reasons);
            return;
        }

        const string Key = "added-by-the-fuzzer";
        var editor = new TomlEditor(document);
        if (document.Root[Key] is not null)
            return;

        Require(editor.TrySet([Key], new TomlInteger(1)), "a new key can be added to any document");
        Require(editor.TryRemove([Key]), "a key that was added can be removed");
        Require(TomlDocument.TryParse(editor.Text, out _, out _), "an edited document is valid");
    }

    private static void ReadRequirement(string text)
    {
        if (!Requirement.TryParse(text, out var requirement, out _))
            return;

        var written = requirement.ToString();
        Require(Requirement.TryParse(written, out var again, out _), "a requirement can be read again");
        Require(
            string.Equals(again.ToString(), written, StringComparison.Ordinal),
            "writing twice gives the same text"
        );
    }

    private static void ReadMarker(string text)
    {
        if (!Marker.TryParse(text, out var marker, out _) || marker.ToText() is not { } written)
            return;

        Require(Marker.TryParse(written, out var again, out _), "a marker can be read again");
        Require(again == marker, "reading again gives the same conditions");
    }

    private static void Specifiers(string text)
    {
        if (!SpecifierSet.TryParse(text, out var set, out _))
            return;

        Require(SpecifierSet.TryParse(set.ToString(), out var again, out _), "specifiers can be read again");
        Require(again.Equals(set) && again.ToRanges().Equals(set.ToRanges()), "reading again gives the same set");
    }

    private static void WheelName(string text)
    {
        if (WheelFileName.TryParse(text, out var wheel, out _))
            Require(WheelFileName.TryParse(wheel.ToString(), out _, out _), "the name of a wheel can be read again");
    }

    private static void ReadPyProject(string text) =>
        Require(PyProject.TryParse(text, "pyproject.toml", out _, out var errors) || !errors.IsEmpty, Reasons);

    private static void ReadPylock(string text) =>
        Require(Pylock.TryParse(text, "pylock.toml", out _, out var errors) || !errors.IsEmpty, Reasons);

    private static void ReadMetadata(byte[] body) =>
        Require(CoreMetadata.TryParse(body, out _, out var error) || error is not null, Reasons);

    private static void ReadRecord(byte[] body) =>
        Require(RecordFile.TryParse(body, out _, out _, out var error) || error is not null, Reasons);

    private static void HtmlPage(byte[] body)
    {
        if (ProjectPage.TryParseHtml(body, "https://index.example/simple/demo/", Project, out var page, out _))
            Reopen(page);
    }

    private static void JsonPage(byte[] body)
    {
        if (ProjectPage.TryParseJson(body, "https://index.example/simple/demo/", Project, out var page, out _))
            Reopen(page);
    }

    private static void Reopen(ProjectPage page)
    {
        Require(ProjectPage.TryOpen(page.Flat, out var again), "a page can be opened from its flat form");
        Require(again.FileCount == page.FileCount, "a page keeps its files");
    }
}
