namespace Krait.Packaging.Text;

/// <summary>
/// The outside world failed, or input cannot be used: carries a <see cref="Text.Diagnostic"/> made where path, URL and cause were
/// known, and is caught in one place, the command line's or the server's.
/// </summary>
/// <param name="diagnostic">What to tell the reader.</param>
/// <param name="innerException">The framework's exception behind it, kept for the debug log.</param>
public class KraitException(Diagnostic diagnostic, Exception? innerException = null)
    : Exception(diagnostic.Message, innerException)
{
    /// <summary>What to tell the reader.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;

    /// <summary>What kind of failure it is.</summary>
    public FailureKind Kind { get; init; } = FailureKind.Failed;
}
