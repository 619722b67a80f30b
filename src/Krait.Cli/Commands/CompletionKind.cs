namespace Krait.Cli.Commands;

/// <summary>What a shell can offer for a value.</summary>
internal enum CompletionKind
{
    /// <summary>Nothing: only the user knows.</summary>
    None,
    File,
    Directory,

    /// <summary>The names of shells.</summary>
    Shell,
}
