using System.Buffers;
using Krait.Packaging.Names;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Protocol.Shards;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Services;

/// <summary>The services of a <see cref="FakeIndex"/>, right or wrong.</summary>
internal sealed class FakeService
{
    private readonly FakeIndex index;
    private readonly string engine;
    private readonly string place;

    /// <summary>Adds a service to an index.</summary>
    /// <param name="index">The index.</param>
    /// <param name="engine">The rules that it resolves by.</param>
    /// <param name="place">The path that it is at, from the root of the index on.</param>
    public FakeService(FakeIndex index, string engine = ProtocolNames.Engine, string place = ProtocolNames.BasePath)
    {
        this.index = index;
        this.engine = engine;
        this.place = "/" + place;
        index.Service = System.Text.Encoding.UTF8.GetString(new ServiceDescription("../../" + place, engine).ToBytes());
        index.On(this.place + "projects", AnswerProjects);
        index.On(this.place + "resolve", AnswerResolve);
    }

    /// <summary>Changes the documents of an answer.</summary>
    public Func<List<byte[]>, List<byte[]>> Documents { get; set; } = documents => documents;

    /// <summary>Changes a resolution.</summary>
    public Func<ResolutionAnswer, ResolutionAnswer> Resolution { get; set; } = answer => answer;

    /// <summary>Changes the frames.</summary>
    public Func<byte[], byte[]> Frames { get; set; } = frames => frames;

    /// <summary>Changes the whole answer.</summary>
    public Func<FakeReply, FakeReply> Reply { get; set; } = reply => reply;

    /// <summary>The requests to the services, by their last word.</summary>
    public IEnumerable<string> Asked =>
        index
            .Paths.Where(path => path.StartsWith(place, StringComparison.Ordinal))
            .Select(path => path[place.Length..]);

    /// <summary>The shard of a project as it is now.</summary>
    public byte[] ShardOf(string name) =>
        ShardWriter.TryWrite(
            PackageName.Parse(name),
            index.Page(name),
            file => index.Metadata(file) is { } metadata ? metadata : (ReadOnlyMemory<byte>?)null,
            out var shard,
            out var error
        )
            ? shard
            : throw new InvalidDataException(error.Message);

    private FakeReply AnswerProjects(FakeRequest request)
    {
        Assert.True(ProjectsRequest.TryRead(request.Body, out var asked, out _));
        Assert.NotNull(asked.Closure);
        // Everything there is: more than is needed does no harm.
        return Send([.. index.Projects.Select(ShardOf)]);
    }

    private FakeReply AnswerResolve(FakeRequest request)
    {
        if (engine != ProtocolNames.Engine)
            return Reply(new FakeReply(404, "these are not the rules here"));
        Assert.True(ResolveQuery.TryRead(request.Body, out var query, out _));
        var source = new ShardSource(this, index);
#pragma warning disable VSTHRD002 // A script of the server answers at once: its source has everything in memory, and never waits.
        var outcome = new PythonResolver(source)
            .ResolveAsync(query.Request, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
#pragma warning restore VSTHRD002
        var consulted = source.Asked.Order().Select(name => (name, Shard: ShardOf(name.Value))).ToList();
        var answer = new ResolutionAnswer(
            query.Digest,
            outcome is ResolutionOutcome.Solved ? AnswerOutcome.Solved : AnswerOutcome.Unsatisfiable
        )
        {
            Serial = 1,
            Time = DateTimeOffset.UtcNow,
            Consulted = [.. consulted.Select(one => (one.name, ContentDigest.Of(one.Shard)))],
            Packages = outcome is ResolutionOutcome.Solved { Resolution: var solved }
                ? [.. solved.Packages.Select(package => AnswerPackage.Of(package, solved, "main"))]
                : [],
        };
        return Send([Resolution(answer).ToBytes(), .. consulted.Select(one => one.Shard)]);
    }

    private FakeReply Send(List<byte[]> documents)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new FrameWriter(buffer);
        foreach (var document in Documents(documents))
            writer.Write(document);
        writer.End(unchanged: 0, unknown: 0);
        return Reply(
            new FakeReply(200, Frames(buffer.WrittenSpan.ToArray()), ("Content-Type", ProtocolNames.FramesType))
        );
    }
}
