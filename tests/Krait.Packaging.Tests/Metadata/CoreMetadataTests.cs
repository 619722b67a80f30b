using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class CoreMetadataTests
{
    private static CoreMetadata Parse(string text) =>
        CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text), out var metadata, out var error)
            ? metadata
            : throw new InvalidOperationException(error.Message);

    [Fact]
    public void Reads_a_hundred_thousand_extras_in_linear_time()
    {
        var lines = Enumerable.Range(0, 100_000).Select(i => $"Provides-Extra: e{i}\n");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(100_000, Parse($"Name: a\nVersion: 1\n{string.Concat(lines)}").ProvidesExtra.Length);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Reads_what_a_resolver_needs_and_stops_at_the_empty_line()
    {
        var metadata = Parse(
            "Metadata-Version: 2.3\nname: Demo_Project\nVERSION: 1.0.0\nRequires-Dist: a>=1,\n  <2\nRequires-Dist: b[x,y]; extra == 'Z'\nRequires-Python: >=3.8\nProvides-Extra: Z\nDynamic: License\nSummary: é\n\nRequires-Dist: not-me\n"
        );

        Assert.Equal(("demo-project", "1.0.0"), (metadata.Name.Value, metadata.Version.ToString()));
        Assert.Equal(["a>=1,<2", "b[x,y] ; extra == 'z'"], metadata.RequiresDist.Select(r => r.ToString()).ToArray());
        Assert.True(metadata.RequiresPython!.Contains(Version.Parse("3.9")));
        Assert.Equal("z", Assert.Single(metadata.ProvidesExtra).Value);
        Assert.Equal("license", Assert.Single(metadata.Dynamic));
        Assert.True(metadata.IsStatic);
        Assert.Empty(metadata.Warnings);
    }

    [Theory]
    [InlineData("Metadata-Version: 2.1\nName: a\nVersion: 1\n", false)]
    [InlineData("Metadata-Version: 2.2\nName: a\nVersion: 1\nDynamic: Requires-Dist\n", false)]
    [InlineData("Metadata-Version: 2.4\nName: a\nVersion: 1\nDynamic: Summary\n", true)]
    public void A_source_is_static_from_form_2_2_unless_it_says_otherwise(string text, bool expected) =>
        Assert.Equal(expected, Parse(text).IsStatic);

    [Fact]
    public void Repairs_older_spellings_and_says_so()
    {
        var metadata = Parse("Name: a\nVersion: 1\nRequires-Dist: pytz (>dev)\nRequires-Python: >=2.7,!=3.0*\n");
        Assert.Equal("pytz", Assert.Single(metadata.RequiresDist).Name.Value);
        Assert.False(metadata.RequiresPython!.Contains(Version.Parse("3.0.1")));
        Assert.Equal(2, metadata.Warnings.Length);
    }

    /// <summary>As it is published: a comparison with `dev`, parentheses, and markers behind them.</summary>
    private const string Celery = """
        Metadata-Version: 2.0
        Name: celery
        Version: 4.1.0
        Requires-Dist: billiard (<3.6.0,>=3.5.0.2)
        Requires-Dist: kombu (>=4.0.2,<5.0)
        Requires-Dist: pytz (>dev)
        Provides-Extra: auth
        Requires-Dist: pyOpenSSL; extra == 'auth'
        Provides-Extra: dynamodb
        Requires-Dist: boto3 (==1.4.3); extra == 'dynamodb'
        """;

    [Fact]
    public void Repairs_what_celery_4_1_0_requires()
    {
        var metadata = Parse(Celery + "\n");
        Assert.Equal(
            [
                "billiard<3.6.0,>=3.5.0.2",
                "kombu>=4.0.2,<5.0",
                "pytz>0.0.0.dev0",
                "pyopenssl ; extra == 'auth'",
                "boto3==1.4.3 ; extra == 'dynamodb'",
            ],
            metadata.RequiresDist.Select(requirement => requirement.ToString())
        );
        Assert.Contains(">dev", Assert.Single(metadata.Warnings).Message, StringComparison.Ordinal);
        Assert.True(metadata.RequiresDist[2].Specifiers!.Contains(Version.Parse("2017.2")));
    }

    [Theory]
    [InlineData("Version: 1\n", "the metadata has no `Name`")]
    [InlineData("Name: a\n", "the metadata has no `Version`")]
    [InlineData("", "the metadata has no `Name`")]
    public void Metadata_without_name_or_version_is_refused(string text, string message)
    {
        Assert.False(CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void An_unreadable_dependency_discards_the_metadata_with_the_reason()
    {
        Assert.False(CoreMetadata.TryParse("Name: a\nVersion: 1\nRequires-Dist: ???\n"u8, out _, out var error));
        Assert.Contains("???", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Mutated_files_never_throw()
    {
        const string seed =
            "Metadata-Version: 2.5\nName: a\nVersion: 1\nSummary: s\nDescription-Content-Type: text/markdown; charset=\"UTF-8\"; variant=GFM\nLicense-Expression: (MIT OR 0BSD) AND GPL-2.0-only WITH Bison-exception-2.2\nLicense-File: a/b.txt\nImport-Name: a.b; private\nProvides-Extra: q\nRequires-Dist: b>=1; extra == 'q'\nRequires-Python: >=3\nDynamic: Summary\nProject-URL: a, b\nKeywords: k,l\nFrom x\n\nbody\n";
        Mutations.Run(
            seed,
            15_000,
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                _ = CoreMetadata.TryParse(bytes, out _, out _);
                _ = RawMetadata.Parse(bytes).Validate();
            }
        );
        Mutations.RunBytes(
            Encoding.UTF8.GetBytes(seed),
            15_000,
            bytes => _ = (CoreMetadata.TryParse(bytes, out _, out _), RawMetadata.Parse(bytes).Validate())
        );
    }
}
