using System.Text.Json;
using Krait.Packaging.Memory;

namespace Krait.Packaging.Indexes;

/// <summary>
/// A JSON text of which only a part is in memory at a time: what was read makes room for what follows. The part is as long as the longest
/// value that has to be there at once.
/// </summary>
internal ref struct JsonWindow : IDisposable
{
    /// <summary>The longest value that may have to be in memory at once, in bytes: many pages are read at the same time.</summary>
    public const int LongestValue = 8 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    private readonly Func<Span<byte>, int>? fill;
    private byte[] window = [];
    private int length;
    private bool isEnd;

    /// <summary>Where the text is being read; what it shows holds until the window moves on.</summary>
    public Utf8JsonReader Reader;

    /// <summary>A text that is in memory.</summary>
    public JsonWindow(ReadOnlySpan<byte> text)
    {
        isEnd = true;
        Reader = new Utf8JsonReader(WithoutMark(text), Options);
    }

    /// <summary>A text that is made as it is read.</summary>
    /// <param name="fill">Writes the next bytes; fewer than there is room for only at the end.</param>
    /// <param name="size">How long the window is at first, in bytes.</param>
    public JsonWindow(Func<Span<byte>, int> fill, int size)
    {
        this.fill = fill;
        window = Rented<byte>.Take(size);
        try
        {
            Fill();
            var text = WithoutMark(window.AsSpan(0, length));
            text.CopyTo(window);
            length = text.Length;
            Reader = new Utf8JsonReader(window.AsSpan(0, length), isEnd, new JsonReaderState(Options));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next token; false at the end.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidDataException">A value is too long.</exception>
    public bool Read()
    {
        while (!Reader.Read())
        {
            if (isEnd)
                return false;
            MoveOn();
        }

        return true;
    }

    /// <summary>Passes over the value that begins at the token, or over that of the property, however long it is.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="InvalidDataException">A part of it is too long.</exception>
    public void Skip()
    {
        if (Reader.TokenType == JsonTokenType.PropertyName)
            Read();
        if (Reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var depth = Reader.CurrentDepth;
        while (Read() && Reader.CurrentDepth > depth) { }
    }

    /// <summary>Whether the object that the reader entered at a place was read to its end. If not, the reader is back there, and sees more.</summary>
    /// <param name="start">The reader, at the beginning of the object.</param>
    /// <exception cref="InvalidDataException">The object is too long.</exception>
    public bool HasLeft(scoped ref readonly Utf8JsonReader start)
    {
        if (isEnd || (Reader.TokenType == JsonTokenType.EndObject && Reader.CurrentDepth == start.CurrentDepth))
            return true;
        MoveOn(start.BytesConsumed, start.CurrentState);
        return false;
    }

    /// <summary>Gives the window back.</summary>
    public void Dispose()
    {
        var returned = window;
        window = [];
        Rented<byte>.Return(returned);
    }

    private void MoveOn() => MoveOn(Reader.BytesConsumed, Reader.CurrentState);

    private void MoveOn(long consumed, JsonReaderState state)
    {
        var kept = window.AsSpan((int)consumed, length - (int)consumed);
        length = kept.Length;
        if (consumed > 0)
        {
            kept.CopyTo(window);
        }
        else if (length == window.Length)
        {
            // One value fills it all.
            if (length >= LongestValue)
                throw new InvalidDataException();
            var larger = Rented<byte>.Take(length * 2);
            kept.CopyTo(larger);
            Dispose();
            window = larger;
        }

        Fill();
        Reader = new Utf8JsonReader(window.AsSpan(0, length), isEnd, state);
    }

    private void Fill()
    {
        var room = window.AsSpan(length);
        var count = fill?.Invoke(room) ?? 0;
        length += count;
        isEnd = count < room.Length;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) =>
        text.StartsWith("\uFEFF"u8) ? text[3..] : text;
}
