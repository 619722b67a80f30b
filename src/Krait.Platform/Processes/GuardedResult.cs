namespace Krait.Platform.Processes;

/// <summary>How a <see cref="GuardedProcess"/> ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal when one ended it.</param>
/// <param name="Stop">Which limit ended it, if one did.</param>
/// <param name="Leftovers">How many processes it had left behind, which were killed.</param>
public sealed record GuardedResult(int ExitCode, GuardedStop Stop, int Leftovers);

/// <summary>Why a program was stopped.</summary>
public enum GuardedStop
{
    /// <summary>It ended by itself.</summary>
    None,

    /// <summary>It ran too long.</summary>
    Total,

    /// <summary>It did nothing for too long.</summary>
    Idle,

    /// <summary>It wrote too much.</summary>
    Output,
}
