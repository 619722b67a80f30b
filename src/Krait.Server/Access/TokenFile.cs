using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Server.Storage;

namespace Krait.Server.Access;

/// <summary>The tokens of a server, in `tokens.json`. A running server notices when another process has changed the file.</summary>
internal sealed class TokenFile(StoreFolder folder) : ITokenStore
{
    private readonly Lock gate = new();
    private FileStatus read;
    private ImmutableDictionary<string, Token> tokens = Empty;

    private static ImmutableDictionary<string, Token> Empty { get; } =
        ImmutableDictionary.Create<string, Token>(StringComparer.Ordinal);

    private string Location => folder.At("tokens.json");

    /// <summary>All tokens by their names.</summary>
    /// <exception cref="KraitException">The file is damaged.</exception>
    public ImmutableDictionary<string, Token> Read()
    {
        lock (gate)
        {
            if (FileStatus.TryRead(Location, followLinks: true, out var status) != FileError.None)
                return tokens = Empty;
            if (status == read)
                return tokens;
            var error = PlainFile.TryReadBytes(Location, out var content);
            if (error != FileError.None)
                throw new FileSystemException("read", Location, error);
            tokens = Parse(content);
            read = status;
            return tokens;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableDictionary<string, Token>> ReadAsync(CancellationToken cancellationToken) => new(Read());

    /// <inheritdoc/>
    public ValueTask<Token?> FindAsync(string text, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(Token.Find(Read(), text, now));

    /// <inheritdoc/>
    public ValueTask AddAsync(Token token, CancellationToken cancellationToken)
    {
        Change(known => known.Add(token.Id, token));
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!Read().ContainsKey(id))
            return new ValueTask<bool>(false);
        Change(known => known.Remove(id));
        return new ValueTask<bool>(true);
    }

    /// <summary>Changes the tokens; one process at a time.</summary>
    public void Change(Func<ImmutableDictionary<string, Token>, ImmutableDictionary<string, Token>> change)
    {
        FolderTree.Create(folder.At("locks"));
        using var turn =
            FileLock.TryAcquire(folder.At("locks", "tokens.lock"), LockMode.Exclusive)
            ?? throw new KraitException(new Diagnostic("locked", "another process is changing the tokens"));
        var changed = change(Read());
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            Write(json, changed.Values);
        AtomicFile.Write(Location, buffer.WrittenSpan, durable: true);
        using var handle = PlainFile.OpenHandle(Location);
        _ = DirectoryFiles.TrySetMode(handle, (uint)(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<Token> tokens)
    {
        json.WriteStartArray();
        foreach (var token in tokens.OrderBy(token => token.Created).ThenBy(token => token.Id, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("id", token.Id);
            json.WriteString("sha256", token.Digest);
            json.WriteStartArray("scopes");
            foreach (var scope in token.Scopes)
                json.WriteStringValue(scope.ToString());
            json.WriteEndArray();
            json.WriteString("note", token.Note);
            json.WriteString("created", token.Created);
            if (token.Expires is { } expires)
                json.WriteString("expires", expires);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private ImmutableDictionary<string, Token> Parse(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document
                .RootElement.EnumerateArray()
                .Select(ParseOne)
                .ToImmutableDictionary(token => token.Id, StringComparer.Ordinal);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
            )
        {
            throw new KraitException(
                new Diagnostic("invalid-tokens", $"cannot read `{Location}`: it is damaged")
                {
                    Hints = ["Restore it from a backup, or remove it and create new tokens"],
                },
                e
            )
            {
                Kind = FailureKind.Damaged,
            };
        }
    }

    private static Token ParseOne(JsonElement json) =>
        new()
        {
            Id = json.GetProperty("id").GetString() ?? "",
            Digest = json.GetProperty("sha256").GetString() ?? "",
            Scopes =
            [
                .. json.GetProperty("scopes")
                    .EnumerateArray()
                    .Select(scope => (scope.GetString() ?? "").Split(':', 2))
                    .Select(parts => new Scope(parts[0], parts[1])),
            ],
            Note = json.GetProperty("note").GetString() ?? "",
            Created = json.GetProperty("created").GetDateTimeOffset(),
            Expires = json.TryGetProperty("expires", out var expires) ? expires.GetDateTimeOffset() : null,
        };
}
