namespace Krait.Benchmarks;

/// <summary>Something that no comparison can be made with.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
