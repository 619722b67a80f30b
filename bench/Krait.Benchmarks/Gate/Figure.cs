namespace Krait.Benchmarks.Gate;

/// <summary>What one benchmark costs.</summary>
/// <param name="Nanoseconds">Processor time of one operation.</param>
/// <param name="Bytes">What one operation allocates.</param>
internal readonly record struct Figure(double Nanoseconds, long Bytes);
