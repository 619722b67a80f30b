using System.Collections.Concurrent;
using Krait.Index;
using Krait.Packaging.Locations;
using Krait.Packaging.RequirementsFiles;
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
    private readonly ConcurrentQueue<Diagnostic> warnings = new();

    /// <summary>Where it is noted what is read; null where nobody asks.</summary>
    public InputRecord? Record { get; init; }

    /// <summary>What the user should know about the texts that were read.</summary>
    public IEnumerable<Diagnostic> Warnings => warnings;

    /// <summary>Reads a text.</summary>
    /// <param name="location">An absolute path, an address, a `file:` address, or `-`.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="KraitException">It cannot be read (unusable input).</exception>
    public async Task<string> ReadAsync(string location, CancellationToken cancellationToken)
    {
        if (location is "-" && readStandardInput is not null)
        {
            Record?.AddUnknown();
            return Decode(location, await readStandardInput(cancellationToken));
        }

        if (!Location.Of(location).TryGetLocalPath("/", out var path))
        {
            Record?.AddUnknown();
            return Decode(location, await FetchAsync(location, cancellationToken));
        }

        var text = Decode(location, ReadFile(path));
        Record?.Add(path, text);
        return text;
    }

    private async Task<byte[]> FetchAsync(string location, CancellationToken cancellationToken)
    {
        if (!SafeUrl.TryParse(location, out var url, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        return fetch is null
            ? throw Unreadable(url.ToString(), "URLs are not supported here")
            : await fetch(url, cancellationToken);
    }

    private static byte[] ReadFile(string path)
    {
        var error = PlainFile.TryReadBytes(path, PlainFile.LargestText, out var content);
        return error switch
        {
            FileError.None => content,
            FileError.NotFound => throw Unreadable(path, "no such file"),
            FileError.IsADirectory => throw Unreadable(path, "it is a directory"),
            FileError.FileTooLarge => throw Unreadable(
                path,
                $"it is larger than {PlainFile.LargestText / 1024 / 1024} MiB"
            ),
            _ => throw new KraitException(new FileSystemException("read", path, error).Diagnostic)
            {
                Kind = FailureKind.UnusableInput,
            },
        };
    }

    private static KraitException Unreadable(string location, string reason) =>
        new(new Diagnostic("unreadable-input", $"cannot read `{location}`: {reason}"))
        {
            Kind = FailureKind.UnusableInput,
        };

    private string Decode(string location, byte[] bytes)
    {
        if (!RequirementsFileEncoding.TryDecode(bytes, out var text, out var warning, out var error))
            throw new KraitException(error.In(location)) { Kind = FailureKind.UnusableInput };
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Unreadable(location, "it is not a text file");
        if (warning is not null)
            warnings.Enqueue(warning.In(location));
        return text;
    }
}
