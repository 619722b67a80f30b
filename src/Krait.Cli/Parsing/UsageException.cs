using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Cli.Parsing;

/// <summary>The command line cannot be used as typed; nothing was started. Exit code 2.</summary>
internal sealed class UsageException : KraitException
{
    /// <summary>Refuses a command line.</summary>
    /// <param name="message">What is wrong, one sentence.</param>
    /// <param name="hints">What to type instead.</param>
    public UsageException(string message, params ImmutableArray<Remedy> hints)
        : base(new Diagnostic("usage", message) { Hints = hints }) => Kind = FailureKind.UnusableInput;
}
