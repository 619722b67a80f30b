namespace Krait.Cli.Parsing;

/// <summary>What positional arguments a command takes.</summary>
/// <param name="Name">How help texts call them.</param>
/// <param name="IsRequired">Whether at least one must be given.</param>
/// <param name="IsRepeatable">Whether several may be given.</param>
internal sealed record Positional(string Name, bool IsRequired, bool IsRepeatable);
