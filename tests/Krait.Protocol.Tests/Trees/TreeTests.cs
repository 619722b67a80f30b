using System.Text;
using FsCheck.Xunit;
using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Trees;

namespace Krait.Protocol.Tests.Trees;

/// <summary>The tree and its lists.</summary>
public sealed class TreeTests
{
    private static TreeRoot Root(long serial = 7) =>
        new(
            serial,
            DateTimeOffset.UnixEpoch.AddDays(20_000),
            [.. Enumerable.Range(0, TreeRoot.BucketCount).Select(i => ContentDigest.Of(BitConverter.GetBytes(i)))]
        );

    [Fact]
    public void A_root_comes_back_as_it_was()
    {
        Assert.True(TreeRoot.TryRead(Root().ToBytes(), out var again, out _));
        Assert.Equal(Root(), again);
        Assert.Equal(TreeRoot.Size, Root().ToBytes().Length);
    }

    [Fact]
    public void The_snapshot_is_about_the_shards_only() => Assert.Equal(Root(1).Snapshot, Root(2).Snapshot);

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(TreeRoot.Size - 1)]
    public void A_root_that_was_cut_is_refused(int length) =>
        Assert.False(TreeRoot.TryRead(Root().ToBytes().AsSpan(0, length), out _, out _));

    [Fact]
    public void A_root_of_another_form_is_refused()
    {
        var bytes = Root().ToBytes();
        bytes[7]++;
        Assert.False(TreeRoot.TryRead(bytes, out _, out _));
        bytes = Root().ToBytes();
        bytes[8] = 0xFF;
        Assert.False(TreeRoot.TryRead(bytes, out _, out _));
    }

    [Property]
    public bool Every_name_has_a_bucket(byte number) =>
        TreeRoot.BucketOf(PackageName.Parse($"p{number}")) is >= 0 and < TreeRoot.BucketCount;

    [Property]
    public bool A_list_comes_back_as_it_was(byte[] numbers, bool isBucket)
    {
        var entries = numbers
            .Distinct()
            .Select(n =>
                (PackageName.Parse($"p{n}"), isBucket || n % 3 > 0 ? ContentDigest.Of([n]) : (ContentDigest?)null)
            );
        var list = ShardList.Of(isBucket ? null : 12, entries);
        var isRead = isBucket
            ? ShardList.TryReadBucket(list.ToBytes(), out var again, out _)
            : ShardList.TryReadChanges(list.ToBytes(), out again, out _);
        return isRead && list.Equals(again);
    }

    [Theory]
    [InlineData("a -\n")]
    [InlineData("a\n")]
    [InlineData("a b c\n")]
    [InlineData("A 0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("a 000000000000000000000000000000000000000000000000000000000000000G\n")]
    [InlineData("a 0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(
        "b 0000000000000000000000000000000000000000000000000000000000000000\na 0000000000000000000000000000000000000000000000000000000000000000\n"
    )]
    public void What_is_not_a_bucket_is_refused(string text) =>
        Assert.False(ShardList.TryReadBucket(Encoding.UTF8.GetBytes(text), out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a -\n")]
    [InlineData("serial x\n")]
    [InlineData("serial 1\nserial 2\n")]
    public void What_is_not_a_list_of_changes_is_refused(string text) =>
        Assert.False(ShardList.TryReadChanges(Encoding.UTF8.GetBytes(text), out _, out _));
}
