using Krait.Packaging.Text;
using Krait.Resolver.Reporting;

namespace Krait.Protocol.Checking;

/// <summary>What an answer of a server is worth.</summary>
public abstract record CheckedAnswer
{
    private CheckedAnswer() { }

    /// <summary>Every rule of the request holds for it, and every part of it is needed.</summary>
    /// <param name="Resolution">The answer, as the client itself arrived at it.</param>
    public sealed record Sound(Resolution Resolution) : CheckedAnswer;

    /// <summary>It is not an answer to the question, or cannot be shown to be one: the client resolves for itself.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(Diagnostic Reason) : CheckedAnswer;
}
