using System.Text;
using Krait.Index;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Inputs;

/// <summary>Reads the text of inputs: files, addresses, standard input.</summary>
/// <param name="fetch">Fetches the body of an address; null where nothing may be fetched.</param>
/// <param name="readStandardInput">Reads standard input, for the name `-`.</param>
public sealed class TextLoader(
    Func<SafeUrl, CancellationToken, Task<byte[]>>? fetch,
    Func<CancellationToken, Task<byte[]>>? readStandardInput
)
{
    /// <summary>Whether a location is an address to fetch rather than a path.</summary>
    public static bool IsRemote(string location) =>
        location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a text.</summary>
    /// <param name="location">An absolute path, an address, a `file:` address, or `-`.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="KraitException">It cannot be read (exit code 2).</exception>
    public async Task<string> ReadAsync(string location, CancellationToken cancellationToken)
    {
        var bytes = location switch
        {
            "-" when readStandardInput is not null => await readStandardInput(cancellationToken),
            _ when IsRemote(location) => await FetchAsync(location, cancellationToken),
            _ => ReadFile(LocalPath(location)),
        };
        return Decode(bytes) ?? throw Unreadable(location, "it is not a text file");
    }

    private static string LocalPath(string location) =>
        location.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
        && SafeUrl.TryParse(location, out var url, out _)
            ? url.LocalPath
            : location;

    private async Task<byte[]> FetchAsync(string location, CancellationToken cancellationToken)
    {
        if (!SafeUrl.TryParse(location, out var url, out var error))
            throw new KraitException(error) { ExitCode = 2 };
        return fetch is null
            ? throw Unreadable(url.ToString(), "nothing may be fetched here")
            : await fetch(url, cancellationToken);
    }

    private static byte[] ReadFile(string path)
    {
        var error = PlainFile.TryReadBytes(path, out var content);
        return error switch
        {
            Errno.None => content,
            Errno.NotFound => throw Unreadable(path, "there is no such file"),
            Errno.IsFolder => throw Unreadable(path, "it is a folder"),
            _ => throw new KraitException(new FileSystemException("read", path, error).Diagnostic) { ExitCode = 2 },
        };
    }

    private static KraitException Unreadable(string location, string reason) =>
        new(new Diagnostic("unreadable-input", $"cannot read `{location}`: {reason}")) { ExitCode = 2 };

    /// <summary>
    /// Decodes as pip does: by the byte order mark, else by a coding comment in the first two lines, else as UTF-8. Null for what is
    /// no text.
    /// </summary>
    private static string? Decode(byte[] bytes)
    {
        using var reader = new StreamReader(
            new MemoryStream(bytes),
            Declared(bytes),
            detectEncodingFromByteOrderMarks: true
        );
        try
        {
            var text = reader.ReadToEnd();
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes) is var text && text.Contains('\0', StringComparison.Ordinal)
                ? null
                : text;
        }
    }

    /// <summary>The encoding that a comment such as `# -*- coding: latin-1 -*-` names.</summary>
    private static Encoding Declared(byte[] bytes)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var head = Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 400)));
        foreach (var line in head.Split('\n').Take(2).Where(line => line.StartsWith('#')))
        {
            var at = line.IndexOf("coding", StringComparison.Ordinal);
            if (at < 0 || at + 6 >= line.Length || line[at + 6] is not (':' or '='))
                continue;
            var name = new string([
                .. line[(at + 7)..].TrimStart().TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            ]);
            return name.ToLowerInvariant() switch
            {
                "latin-1" or "latin1" or "iso-8859-1" => Encoding.Latin1,
                "ascii" or "us-ascii" => Encoding.ASCII,
                _ => utf8,
            };
        }
        return utf8;
    }
}
