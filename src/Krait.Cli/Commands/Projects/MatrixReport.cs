using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Rendering;
using Krait.Health.Documents;

namespace Krait.Cli.Commands.Projects;

/// <summary>The results of a matrix for people, programs and build servers.</summary>
internal static class MatrixReport
{
    private static readonly string[] Headings = ["Python", "Versions", "Result", "Time"];

    /// <summary>Writes a table.</summary>
    public static void Write(Terminal terminal, ImmutableArray<MatrixResult> results)
    {
        var rows = new List<string[]> { Headings };
        rows.AddRange(
            results.Select(one =>
                new[]
                {
                    one.Version ?? (one.Cell.Python.Length > 0 ? one.Cell.Python : "-"),
                    one.Cell.Resolution,
                    one.Word,
                    one.State is MatrixState.Passed or MatrixState.Failed ? $"{Seconds(one)} s" : "-",
                }
            )
        );
        TextTable.Write(terminal, rows);
    }

    /// <summary>Writes a list.</summary>
    public static void WriteJson(Terminal terminal, ImmutableArray<MatrixResult> results) =>
        terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    writer.WriteStartArray();
                    foreach (var one in results)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("python", one.Cell.Python.Length > 0 ? one.Cell.Python : null);
                        writer.WriteString("version", one.Version);
                        writer.WriteString("resolution", one.Cell.Resolution);
                        writer.WriteString("result", WordOf(one.State));
                        writer.WriteNumber("exit_code", one.ExitCode);
                        writer.WriteNumber("seconds", Math.Round(one.Elapsed.TotalSeconds, 3));
                        writer.WriteString("output", one.Output);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                },
                isIndented: true
            )
        );

    /// <summary>The results as JUnit writes those of tests.</summary>
    public static string ToJUnit(ImmutableArray<MatrixResult> results) =>
        JUnitXml.Of(new JUnitSuite("krait matrix", [.. results.Select(ToCase)]));

    private static JUnitCase ToCase(MatrixResult one) =>
        new("matrix", one.Cell.Title, one.Elapsed.TotalSeconds)
        {
            Problems = one.State switch
            {
                MatrixState.Failed =>
                [
                    new JUnitProblem(JUnitKind.Failure, $"exit code {one.ExitCode}") { Text = one.Output },
                ],
                MatrixState.NotReady => [new JUnitProblem(JUnitKind.Error, one.Output)],
                MatrixState.Skipped => [new JUnitProblem(JUnitKind.Skipped, one.Output)],
                _ => [],
            },
            Output = one.State is MatrixState.Passed ? one.Output : null,
        };

    private static string Seconds(MatrixResult one) =>
        one.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    private static string WordOf(MatrixState state) =>
        state switch
        {
            MatrixState.Passed => "passed",
            MatrixState.Failed => "failed",
            MatrixState.Skipped => "skipped",
            _ => "not-ready",
        };
}
