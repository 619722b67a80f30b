using Krait.Packaging.Text;

namespace Krait.Archives;

/// <summary>An archive is damaged, ambiguous or hostile; nothing of it was installed.</summary>
public sealed class UnsafeArchiveException(Diagnostic diagnostic, Exception? innerException = null)
    : KraitException(diagnostic, innerException)
{
    /// <summary>An archive that is refused for this reason; the file is named by <see cref="In"/>.</summary>
    public static UnsafeArchiveException Because(string code, string message) => new(new Diagnostic(code, message));

    /// <summary>The same refusal with one more fact about the file.</summary>
    public UnsafeArchiveException With(string note) =>
        new(Diagnostic with { Notes = [.. Diagnostic.Notes, note] }, this) { Kind = Kind };

    /// <summary>The same refusal, naming the file.</summary>
    public UnsafeArchiveException In(string fileName) =>
        Diagnostic.Source is not null
            ? this
            : new UnsafeArchiveException(
                Diagnostic with
                {
                    Message = $"`{SafeText.Escape(fileName)}` is refused: {Diagnostic.Message}",
                    Source = fileName,
                    Hints =
                    [
                        "Do not install this file: it is corrupt or malicious. Choose another version, and report it to the project",
                    ],
                },
                this
            );
}
