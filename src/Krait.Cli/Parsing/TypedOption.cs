namespace Krait.Cli.Parsing;

/// <summary>One use of an option on the command line.</summary>
/// <param name="Option">The option.</param>
/// <param name="IsOpposite">Whether its opposite spelling was typed.</param>
/// <param name="Value">Its value; null for a flag.</param>
internal sealed record TypedOption(Option Option, bool IsOpposite, string? Value);
