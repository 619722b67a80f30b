using System.Text;
using FsCheck.Xunit;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Tests.Fakes;

namespace Krait.Protocol.Tests.Batches;

/// <summary>Requests for many documents.</summary>
public sealed class RequestTests
{
    [Property]
    public bool A_request_for_shards_comes_back_as_it_was(byte[] names, bool hasClosure, uint most)
    {
        var request = new ProjectsRequest
        {
            Projects =
            [
                .. names
                    .Distinct()
                    .Select(n => new AskedProject(
                        PackageName.Parse($"p{n}"),
                        n % 2 == 0 ? ContentDigest.Of([n]) : null
                    )),
            ],
            Closure = hasClosure
                ? new AskedClosure([Requirement.Parse("a[x]>=1 ; os_name == 'nt'")]) { Target = Questions.Linux }
                : null,
            MostBytes = most,
        };
        var bytes = request.ToBytes();
        return ProjectsRequest.TryRead(bytes, out var again, out _)
            && again.ToBytes().AsSpan().SequenceEqual(bytes)
            && again.Projects.SequenceEqual(request.Projects);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"names":[],"v":2}""")]
    [InlineData("""{"names":[{"name":"a"},{"name":"A"}],"v":1}""")]
    [InlineData("""{"names":[{"name":"a","have":"00"}],"v":1}""")]
    [InlineData("""{"names":[{"name":"-"}],"v":1}""")]
    [InlineData("""{"max-bytes":-1,"names":[],"v":1}""")]
    [InlineData("""{"closure":{"depth":1,"requirements":["a b"]},"names":[],"v":1}""")]
    [InlineData("""{"closure":{"depth":1,"requirements":[],"target":{}},"names":[],"v":1}""")]
    [InlineData("""{"names":[],"names":[],"v":1}""")]
    public void What_is_not_a_request_for_shards_is_refused(string text) =>
        Assert.False(ProjectsRequest.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void A_request_that_is_too_large_is_refused()
    {
        var names = string.Join(',', Enumerable.Range(0, 6000).Select(i => $$"""{"name":"p{{i}}"}"""));
        Assert.False(
            ProjectsRequest.TryRead(Encoding.UTF8.GetBytes($$"""{"names":[{{names}}],"v":1}"""), out _, out _)
        );
    }
}
