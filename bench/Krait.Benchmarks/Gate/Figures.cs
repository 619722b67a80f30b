using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Krait.Benchmarks.Gate;

/// <summary>What benchmarks cost in one run, by name.</summary>
internal sealed class Figures(IReadOnlyDictionary<string, Figure> byName)
{
    /// <summary>The benchmark that all times are multiples of.</summary>
    public const string Calibration = "Calibration.Runtime";

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, Figure> ByName => byName;

    /// <summary>The time of a benchmark as a multiple of the calibration's: about the same on every machine.</summary>
    /// <exception cref="BenchmarkException">The run has no calibration.</exception>
    public double RelativeTime(string name) =>
        byName.TryGetValue(Calibration, out var calibration) && calibration.Nanoseconds > 0
            ? byName[name].Nanoseconds / calibration.Nanoseconds
            : throw new BenchmarkException($"there is no figure for {Calibration}, which times are compared with");

    /// <summary>Reads figures that were written before.</summary>
    /// <exception cref="BenchmarkException">They cannot be read.</exception>
    public static Figures Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return new Figures(
                json.RootElement.EnumerateObject()
                    .ToDictionary(
                        one => one.Name,
                        one => new Figure(
                            one.Value.GetProperty("nanoseconds").GetDouble(),
                            one.Value.GetProperty("bytes").GetInt64()
                        ),
                        StringComparer.Ordinal
                    )
            );
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            throw new BenchmarkException($"cannot read baselines from `{file}`: {failure.Message}");
        }
    }

    /// <summary>Writes the figures.</summary>
    public void Write(string file)
    {
        using var stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var (name, figure) in byName.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(name);
            json.WriteNumber("nanoseconds", figure.Nanoseconds);
            json.WriteNumber("bytes", figure.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool IsUnreadable([NotNullWhen(true)] Exception failure) =>
        failure
            is IOException
                or UnauthorizedAccessException
                or JsonException
                or KeyNotFoundException
                or InvalidOperationException
                or FormatException;
}
