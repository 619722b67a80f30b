using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class RawMetadataTests
{
    private const string Start = "Metadata-Version: 2.5\nName: a\nVersion: 1\n";

    private static RawMetadata Parse(string text) => RawMetadata.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Reads_all_fields_and_the_body_as_description()
    {
        var metadata = Parse(
            Start
                + "Keywords: a, b\nProject-URL: Home, https://h\nClassifier: x\nClassifier: y\nUnknown: u\n\nlong\ntext\n"
        );

        Assert.Equal(["a", "b"], metadata.List("keywords").ToArray());
        Assert.Equal(["x", "y"], metadata.List("classifiers").ToArray());
        Assert.Equal("long\ntext\n", metadata.Text("description"));
        Assert.Equal("https://h", metadata.ProjectUrls!.Value[0].Value);
        Assert.Equal(["unknown"], metadata.Unparsed.Keys.ToArray());
    }

    [Fact]
    public void A_repeated_field_and_bytes_that_are_not_utf8_are_kept_apart()
    {
        var metadata = RawMetadata.Parse([.. "Name: a\nName: b\nSummary: "u8, 0xe9, .. "\n\n"u8, 0xff]);
        Assert.Equal(["description", "name", "summary"], metadata.Unparsed.Keys.ToArray());
        Assert.Empty(metadata.Texts);
    }

    [Theory]
    [InlineData("License-Expression: mit", true)]
    [InlineData("License-Expression: nope", false)]
    [InlineData("License-File: licenses/a.txt", true)]
    [InlineData("License-File: ../a.txt", false)]
    [InlineData("License-File: C:/a.txt", false)]
    [InlineData("License-File: a\\b", false)]
    [InlineData("Import-Name: a.b ; private", true)]
    [InlineData("Import-Name: a.class", false)]
    [InlineData("Import-Name:", true)]
    [InlineData("Description-Content-Type: text/markdown; charset=utf-8; variant=GFM", true)]
    [InlineData("Description-Content-Type: text/markdown; variant=gfm", false)]
    [InlineData("Description-Content-Type: text/html", false)]
    [InlineData("Dynamic: Name", false)]
    [InlineData("Provides-Extra: -x", false)]
    [InlineData("Requires-Python: >=3,", true)]
    [InlineData("Requires-Python: soon", false)]
    [InlineData("Requires-Dist: a (>dev)", false)]
    [InlineData("Summary: one\n two", false)]
    public void Checks_each_field(string field, bool expected) =>
        Assert.Equal(expected, Parse($"{Start}{field}\n").Validate().IsEmpty);

    [Fact]
    public void A_field_younger_than_the_form_is_reported_with_both_versions()
    {
        var error = Assert.Single(Parse("Metadata-Version: 1.1\nName: a\nVersion: 1\nRequires-Dist: b\n").Validate());
        Assert.Equal("the field `requires-dist` came with metadata version 1.2, not 1.1", error.Message);
    }

    [Theory]
    [InlineData("Wheel-Version: 1.0\nWheel-Version: 9.9\nRoot-Is-Purelib: TRUE\nTag: py3-none-any\n", null)]
    [InlineData("Generator: x\n", "the file `WHEEL` has no `Wheel-Version`")]
    [InlineData(
        "Wheel-Version: 2.0\n",
        "the `Wheel-Version` `2.0` in the file `WHEEL` is not supported; only version 1 is"
    )]
    [InlineData("Wheel-Version: one\n", "the `Wheel-Version` `one` in the file `WHEEL` is not a version")]
    public void Of_several_wheel_versions_the_first_counts(string text, string? message)
    {
        var isGood = WheelMetadata.TryParse(Encoding.UTF8.GetBytes(text), out var wheel, out var error);
        Assert.Equal(message, error?.Message);
        Assert.Equal(message is null, isGood);
        if (isGood)
            Assert.Equal((true, "py3-none-any"), (wheel!.RootIsPurelib, wheel.Tags[0])); // parsed
    }
}
