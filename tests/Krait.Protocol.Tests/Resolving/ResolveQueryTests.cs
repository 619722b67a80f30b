using System.Collections.Immutable;
using System.Text;
using FsCheck.Xunit;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Protocol.Resolving;
using Krait.Protocol.Tests.Fakes;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Tests.Resolving;

/// <summary>The one form of a request.</summary>
public sealed class ResolveQueryTests
{
    private static readonly PackageName A = PackageName.Parse("a");

    private static ResolveQuery Full(bool isUniversal) =>
        new(
            Questions.Request("b[x,y]>=1,<2 ; os_name == 'posix'", "a") with
            {
                Target = isUniversal ? Questions.Everything : Questions.Linux,
                Constraints = [Requirement.Parse("c<3")],
                Overrides = [Requirement.Parse("d==1")],
                Excludes = [PackageName.Parse("z"), PackageName.Parse("y")],
                Preferences = [new Preference(A, Version.Parse("1.0"), Marker.Parse("os_name == 'nt'"))],
                Mode = ResolutionMode.LowestDirect,
                Prereleases = new PrereleasePolicy(PrereleaseMode.Explicit)
                {
                    Packages = ImmutableDictionary<PackageName, PrereleaseMode>.Empty.Add(A, PrereleaseMode.Allow),
                },
                Files = new FilePolicy
                {
                    NoBuild = true,
                    NoBinaryPackages = [A],
                    BuildPackages = [PackageName.Parse("q")],
                },
                Cutoff = new UploadCutoff(DateTimeOffset.UnixEpoch.AddDays(20_000))
                {
                    Packages = ImmutableDictionary<PackageName, DateTimeOffset?>
                        .Empty.Add(A, null)
                        .Add(PackageName.Parse("b"), DateTimeOffset.UnixEpoch.AddTicks(12_345_678)),
                },
            }
        )
        {
            Indexes = ["team", "public"],
            Pins = ImmutableSortedDictionary<PackageName, string>.Empty.Add(A, "team"),
        };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_request_comes_back_as_it_was(bool isUniversal)
    {
        var query = Full(isUniversal);
        Assert.True(ResolveQuery.TryRead(query.ToBytes(), out var again, out _));
        Assert.Equal(Encoding.UTF8.GetString(query.ToBytes()), Encoding.UTF8.GetString(again.ToBytes()));
        Assert.Equal(query.Digest, again.Digest);
        Assert.Equal(query.Request.Cutoff.For(A), again.Request.Cutoff.For(A));
        Assert.Equal(query.Request.Mode, again.Request.Mode);
        Assert.True(again.Request.Files.NoBuild);
        Assert.False(again.Request.Files.AllowsWheels(A));
    }

    [Fact]
    public void The_tags_come_back_in_their_order()
    {
        Assert.True(ResolveQuery.TryRead(Questions.Query("a").ToBytes(), out var again, out _));
        var (own, read) = ((ResolutionTarget.Specific)Questions.Linux, (ResolutionTarget.Specific)again.Request.Target);
        Assert.Equal(own.Tags!.Tags, read.Tags!.Tags);
        Assert.Equal(own.Environment, read.Environment);
    }

    [Property]
    public bool Any_set_of_tags_comes_back_from_its_rows(byte minor, bool isFree)
    {
        var abis = TagSet.CPythonAbis(3, minor % 20, isFree, isDebug: false);
        var tags = TagSet.ForCPython(3, minor % 20, abis, ["linux_x86_64", "manylinux_2_17_x86_64"]);
        return TagSet.FromRows(tags.Rows, tags.Platforms)!.Tags.SequenceEqual(tags.Tags);
    }

    [Fact]
    public void White_space_and_order_do_not_change_the_digest()
    {
        var text = Encoding.UTF8.GetString(Full(isUniversal: false).ToBytes());
        var spaced = text.Replace("\":[", "\" : [ ", StringComparison.Ordinal)
            .Replace(
                "\"b[x,y]>=1,<2 ; os_name == 'posix'\"",
                "\"B[y, x] >=1, <2; os_name=='posix'\"",
                StringComparison.Ordinal
            );
        Assert.NotEqual(text, spaced);
        Assert.True(ResolveQuery.TryRead(Encoding.UTF8.GetBytes(spaced), out var again, out _));
        Assert.Equal(Full(isUniversal: false).Digest, again.Digest);
    }

    [Fact]
    public void Every_choice_changes_the_digest()
    {
        var query = Full(isUniversal: false);
        ResolveQuery[] others =
        [
            Full(isUniversal: true),
            query with
            {
                Indexes = ["public", "team"],
            },
            query with
            {
                IndexStrategy = "unsafe-best-match",
            },
            query with
            {
                Pins = query.Pins.Clear(),
            },
            query with
            {
                Request = query.Request with { Mode = ResolutionMode.Highest },
            },
            query with
            {
                Request = query.Request with { Constraints = [] },
            },
            query with
            {
                Request = query.Request with { Overrides = [] },
            },
            query with
            {
                Request = query.Request with { Excludes = [] },
            },
            query with
            {
                Request = query.Request with { Preferences = [] },
            },
            query with
            {
                Request = query.Request with { Prereleases = PrereleasePolicy.Default },
            },
            query with
            {
                Request = query.Request with { Files = FilePolicy.Default },
            },
            query with
            {
                Request = query.Request with { Cutoff = UploadCutoff.None },
            },
            query with
            {
                Request = query.Request with { Requirements = [.. query.Request.Requirements.Reverse()] },
            },
        ];
        Assert.Equal(others.Length, others.Select(other => other.Digest).Append(query.Digest).Distinct().Count() - 1);
    }

    [Fact]
    public void What_concerns_this_machine_only_is_not_asked()
    {
        var request = Questions.Request("a");
        Assert.Null(ResolveQuery.UnsupportedPart(request));
        Assert.NotNull(ResolveQuery.UnsupportedPart(Questions.Request("a @ https://x.test/a.whl")));
        Assert.NotNull(
            ResolveQuery.UnsupportedPart(request with { Constraints = [Requirement.Parse("a @ file:///a.whl")] })
        );
        Assert.NotNull(ResolveQuery.UnsupportedPart(request with { IgnoresDependencies = true }));
        Assert.NotNull(ResolveQuery.UnsupportedPart(request with { IndexPins = [new IndexPin(A, "x", Marker.True)] }));
    }

    [Theory]
    [InlineData("engine", "\"engine\":\"other/9\"", "\"engine\":\"krait-resolver/1\"")]
    [InlineData("version", "\"v\":2", "\"v\":1")]
    [InlineData("requirement", "\"a b\"", "\"a\"")]
    [InlineData("address", "\"a @ https://x.test/a.whl\"", "\"a\"")]
    [InlineData("tags", "\"rows\":[\"cp312\"]", "\"rows\":[\"cp312-cp312\"]")]
    [InlineData("tags", "\"rows\":[\"CP312-cp312\"]", "\"rows\":[\"cp312-cp312\"]")]
    [InlineData("mode", "\"resolution\":\"best\"", "\"resolution\":\"highest\"")]
    [InlineData("prerelease", "\"prerelease\":\"no\"", "\"prerelease\":\"if-necessary\"")]
    public void What_is_not_a_request_is_refused(string what, string bad, string good)
    {
        var specific = (ResolutionTarget.Specific)Questions.Linux;
        var query = new ResolveQuery(
            Questions.Request("a") with
            {
                Target = specific with { Tags = TagSet.FromRows(["cp312-cp312"], ["linux_x86_64"]) },
            }
        );
        var text = Encoding.UTF8.GetString(query.ToBytes());
        Assert.Contains(good, text, StringComparison.Ordinal);
        var isRead = ResolveQuery.TryRead(
            Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal)),
            out _,
            out _
        );
        Assert.False(isRead, what);
    }
}
