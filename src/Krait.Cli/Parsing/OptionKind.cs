namespace Krait.Cli.Parsing;

/// <summary>How often an option may be given, and whether it takes a value.</summary>
internal enum OptionKind
{
    /// <summary>On or off; the last of `--x` and `--no-x` wins.</summary>
    Flag,

    /// <summary>Takes one value; the last one wins.</summary>
    Value,

    /// <summary>Takes a value each time; all are kept in order.</summary>
    Values,

    /// <summary>Counts how often it was given (`-vv`).</summary>
    Count,
}
