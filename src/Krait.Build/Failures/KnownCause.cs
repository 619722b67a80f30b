using Krait.Packaging.Text;

namespace Krait.Build.Failures;

/// <summary>A cause of failed builds that is recognized by what they write.</summary>
/// <param name="Code">A stable word for it.</param>
/// <param name="Explanation">The cause, one sentence.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="IsOfMachine">Whether something is missing on this machine, so that the same version can be built once it is there.</param>
public sealed record KnownCause(string Code, string Explanation, Remedy Hint, bool IsOfMachine = false);
