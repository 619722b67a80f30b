using System.Collections.Immutable;

namespace Krait.Server.Storage;

/// <summary>A file of a log as it was read.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Records">Its whole records, in their order.</param>
/// <param name="Whole">How many bytes those take.</param>
/// <param name="Torn">How many bytes are behind them, which are no record.</param>
internal sealed record JournalFile(int Number, ImmutableArray<ReadOnlyMemory<byte>> Records, long Whole, long Torn);
