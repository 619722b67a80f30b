using System.Globalization;
using System.Text;
using System.Xml;
using Krait.Health.Smoke;

namespace Krait.Health.Documents;

/// <summary>Results as JUnit writes those of tests, which build servers show.</summary>
public static class JUnitXml
{
    /// <summary>The document of a smoke report.</summary>
    public static string Of(SmokeReport report) =>
        Of(new JUnitSuite("krait smoke", [.. report.Results.Select(ToCase)]) { Seconds = report.Elapsed.TotalSeconds });

    /// <summary>The document.</summary>
    public static string Of(JUnitSuite suite)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings
        {
            Indent = true,
            NewLineChars = "\n",
            OmitXmlDeclaration = false,
        };
        using (var writer = XmlWriter.Create(new Utf8Writer(text), settings))
        {
            writer.WriteStartElement("testsuites");
            writer.WriteStartElement("testsuite");
            writer.WriteAttributeString("name", suite.Name);
            writer.WriteAttributeString("tests", Number(suite.Cases.Length));
            var failures = suite.Cases.Count(one => one.Has(JUnitKind.Failure) && !one.Has(JUnitKind.Error));
            writer.WriteAttributeString("failures", Number(failures));
            writer.WriteAttributeString("errors", Number(suite.Cases.Count(one => one.Has(JUnitKind.Error))));
            writer.WriteAttributeString("skipped", Number(suite.Cases.Count(one => one.Has(JUnitKind.Skipped))));
            if (suite.Seconds is { } seconds)
                writer.WriteAttributeString("time", Seconds(seconds));
            foreach (var one in suite.Cases)
                WriteCase(writer, one);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static JUnitCase ToCase(SmokeResult result) =>
        new("smoke", result.Version is null ? result.Name : $"{result.Name} {result.Version}", result.Seconds)
        {
            Problems =
            [
                .. result.Failures.Select(ToProblem),
                .. result.Probes == 0
                    ? [new JUnitProblem(JUnitKind.Skipped, string.Join("; ", result.Skipped))]
                    : Array.Empty<JUnitProblem>(),
            ],
        };

    private static JUnitProblem ToProblem(SmokeFailure failure) =>
        new(
            failure.Kind == SmokeFailureKind.Error ? JUnitKind.Failure : JUnitKind.Error,
            $"{failure.Probe}: {failure.Message}"
        )
        {
            Type = failure.Word,
            Text = string.Join('\n', new[] { failure.Place, failure.Output }.OfType<string>()),
        };

    private static void WriteCase(XmlWriter writer, JUnitCase one)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("classname", one.ClassName);
        writer.WriteAttributeString("name", Clean(one.Name));
        writer.WriteAttributeString("time", Seconds(one.Seconds));
        foreach (var problem in one.Problems)
        {
            writer.WriteStartElement(ElementOf(problem.Kind));
            if (problem.Type is { } type)
                writer.WriteAttributeString("type", type);
            writer.WriteAttributeString("message", Clean(problem.Message));
            if (problem.Text is { Length: > 0 } text)
                writer.WriteString(Clean(text));
            writer.WriteEndElement();
        }

        if (one.Output is { Length: > 0 } output)
            writer.WriteElementString("system-out", Clean(output));
        writer.WriteEndElement();
    }

    private static string ElementOf(JUnitKind kind) =>
        kind switch
        {
            JUnitKind.Failure => "failure",
            JUnitKind.Error => "error",
            _ => "skipped",
        };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>XML cannot hold most control characters, whatever a program prints.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '?'));

    private sealed class Utf8Writer(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
