using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Krait.Benchmarks.Suites;

/// <summary>
/// Work of the runtime alone, of the kinds that the other suites do: tables, sorting, allocating, reading bytes. It changes with the machine
/// and never with Krait, so all times are compared as multiples of it.
/// </summary>
public class CalibrationSuite
{
    private const int Count = 2_000;

    private readonly string[] words = [.. Enumerable.Range(0, Count).Select(i => $"word-{i * 7919 % Count}")];
    private readonly byte[] json = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, Count).ToArray());

    /// <summary>Counts, sorts and reads.</summary>
    [Benchmark]
    public int Runtime()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in words)
            counts[word] = counts.GetValueOrDefault(word) + word.Length;
        var sorted = words.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        var sum = counts.Count + sorted[0].Length;
        while (reader.Read())
            sum += reader.TokenType is JsonTokenType.Number ? reader.GetInt32() : 0;
        return sum;
    }
}
