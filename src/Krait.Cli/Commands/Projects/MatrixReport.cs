using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;
using Krait.Cli.Rendering;

namespace Krait.Cli.Commands.Projects;

/// <summary>The results of a matrix for people, programs and build servers.</summary>
internal static class MatrixReport
{
    /// <summary>Writes a table.</summary>
    public static void Write(Terminal terminal, ImmutableArray<MatrixResult> results)
    {
        var rows = new List<string[]> { new[] { "Python", "Versions", "Result", "Time" } };
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
        var widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            terminal.WriteResult(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
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
    public static string ToJUnit(ImmutableArray<MatrixResult> results)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"  <testsuite name=\"krait matrix\" tests=\"{results.Length}\" failures=\"{Count(MatrixState.Failed)}\" errors=\"{Count(MatrixState.NotReady)}\" skipped=\"{Count(MatrixState.Skipped)}\">\n"
        );
        foreach (var one in results)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"    <testcase classname=\"matrix\" name=\"{Escape(one.Cell.Title)}\" time=\"{Seconds(one)}\">"
            );
            text.Append(
                one.State switch
                {
                    MatrixState.Failed =>
                        $"<failure message=\"exit code {one.ExitCode}\">{Escape(one.Output)}</failure>",
                    MatrixState.NotReady => $"<error message=\"{Escape(one.Output)}\"/>",
                    MatrixState.Skipped => $"<skipped message=\"{Escape(one.Output)}\"/>",
                    _ => $"<system-out>{Escape(one.Output)}</system-out>",
                }
            );
            text.Append("</testcase>\n");
        }

        return text.Append("  </testsuite>\n</testsuites>\n").ToString();

        int Count(MatrixState state) => results.Count(one => one.State == state);
    }

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

    /// <summary>A text without the characters that XML cannot have.</summary>
    private static string Escape(string text) =>
        SecurityElement.Escape(new string([.. text.Where(c => c >= ' ' || c is '\n' or '\t')])) ?? "";
}
