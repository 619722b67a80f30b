using System.Text;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.Tests.Indexes;

/// <summary>Pages of which only a part is in memory at a time.</summary>
public sealed class PartialPageTests
{
    private const string PageUrl = "https://index.example/simple/demo/";
    private static readonly PackageName Demo = PackageName.Parse("demo");

    private static string Entry(string name, string rest = "") =>
        $$$"""{"filename":"{{{name}}}","url":"{{{name}}}","hashes":{}{{{rest}}}}""";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void A_page_that_is_made_as_it_is_read_is_the_same_page(int window)
    {
        var files = string.Join(
            ',',
            Enumerable
                .Range(0, 60)
                .Select(i =>
                    Entry(
                        $"demo-{i}.\\u0030-py3-none-any.whl",
                        $$""","requires-python":"\u003e=3.{{i % 9}}","size":{{i}}"""
                            + ""","provenance":{"a":[1,2,{"b":null}]},"yanked":"why","core-metadata":{"sha256":"00"}"""
                    )
                )
                .Prepend("[1,{}]")
                .Append(Entry("no version"))
                .Append("true")
        );
        var text = Encoding.UTF8.GetBytes(
            $$$"""{{{"\uFEFF"}}}{"meta":{"x":[],"api-version":"1.1"},"versions":["1","2"],"files":[{{{files}}}],"name":"demo"}"""
        );
        Assert.True(ProjectPage.TryParseJson(text, PageUrl, Demo, out var whole, out _));
        Assert.Equal(60, whole.FileCount);
        var page = InParts(text, window, out var error);
        Assert.Null(error);
        Assert.Equal(whole.Flat.ToArray(), page?.Flat.ToArray());
    }

    [Fact]
    public void Of_a_page_that_is_made_as_it_is_read_the_same_is_wrong()
    {
        Mutations.Run(
            $$"""{"meta":{"api-version":"1.1"},"files":[{{Entry("demo-1.tar.gz")}},\n{{Entry("demo-2.tar.gz")}}]}""",
            5_000,
            text =>
            {
                var body = Encoding.UTF8.GetBytes(text);
                var isRead = ProjectPage.TryParseJson(body, PageUrl, Demo, out var whole, out var error);
                var page = InParts(body, 16, out var other);
                Assert.Equal(isRead, page is not null);
                Assert.Equal(whole?.Flat.ToArray(), page?.Flat.ToArray());
                Assert.Equal(error?.ToString(), other?.ToString());
            }
        );
    }

    [Fact]
    public void A_value_without_end_is_refused_before_it_fills_the_memory()
    {
        var (longest, left) = (0, 1_000);
        Assert.False(ProjectPage.TryParseJson(Fill, 100, PageUrl, Demo, out _, out var error));
        Assert.Equal("a value on the index page is longer than 8 MiB", error.Message);
        Assert.InRange(longest, 1, 16 << 20);
        Assert.InRange(left, 900, 999);

        int Fill(Span<byte> window)
        {
            longest = Math.Max(longest, window.Length);
            window.Fill((byte)'a');
            if (left-- == 1_000)
                """{"name":" """u8.CopyTo(window);
            return left > 0 ? window.Length : 0;
        }
    }

    [Fact]
    public void A_large_page_is_never_in_memory_as_a_whole()
    {
        var padding = new string('x', 100_000);
        var longest = 0;
        var next = 0;
        var rest = Array.Empty<byte>().AsMemory();
        Assert.True(ProjectPage.TryParseJson(Fill, 50_000_000, PageUrl, Demo, out var page, out _));
        Assert.Equal(500, page.FileCount);
        Assert.InRange(longest, 1, 1 << 20);

        int Fill(Span<byte> window)
        {
            longest = Math.Max(longest, window.Length);
            var length = 0;
            while (length < window.Length)
            {
                if (rest.IsEmpty && next > 501)
                    break;
                if (rest.IsEmpty)
                    rest = Encoding.UTF8.GetBytes(Part(next++));
                var part = rest[..Math.Min(rest.Length, window.Length - length)];
                part.Span.CopyTo(window[length..]);
                length += part.Length;
                rest = rest[part.Length..];
            }

            return length;
        }

        string Part(int index) =>
            index switch
            {
                0 => """{"meta":{"api-version":"1.1"},"files":[""",
                501 => "1]}",
                _ => Entry($"demo-{index}.tar.gz", $""","provenance":"{padding}" """) + ",",
            };
    }

    /// <summary>Reads a page through a window of this length.</summary>
    private static ProjectPage? InParts(byte[] text, int window, out Diagnostic? error)
    {
        var position = 0;
        return JsonPageReader.TryRead(Fill, text.Length, PageUrl, Demo, out var page, out error, window) ? page : null;

        int Fill(Span<byte> room)
        {
            var part = text.AsSpan(position, Math.Min(room.Length, text.Length - position));
            part.CopyTo(room);
            position += part.Length;
            return part.Length;
        }
    }
}
