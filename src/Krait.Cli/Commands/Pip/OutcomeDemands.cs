namespace Krait.Cli.Commands.Pip;

/// <summary>What makes an installation that went well a failure for the exit code.</summary>
/// <param name="IsConsistent">An environment in which something does not fit together (`--strict`).</param>
/// <param name="IsUnchanged">Anything that had to be done (`--check`).</param>
internal readonly record struct OutcomeDemands(bool IsConsistent, bool IsUnchanged);
