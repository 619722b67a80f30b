using System.Globalization;
using System.Text;
using System.Xml;
using Krait.Health.Smoke;

namespace Krait.Health.Documents;

/// <summary>A smoke report as JUnit writes test results, which build servers show.</summary>
public static class JUnitXml
{
    /// <summary>The document.</summary>
    public static string Of(SmokeReport report)
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
            writer.WriteAttributeString("name", "krait smoke");
            writer.WriteAttributeString("tests", Number(report.Results.Length));
            writer.WriteAttributeString("failures", Number(report.Failed.Count(one => !HasError(one))));
            writer.WriteAttributeString("errors", Number(report.Failed.Count(HasError)));
            writer.WriteAttributeString("skipped", Number(report.Results.Count(one => one.Probes == 0)));
            writer.WriteAttributeString("time", Seconds(report.Elapsed.TotalSeconds));
            foreach (var result in report.Results)
                WriteCase(writer, result);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void WriteCase(XmlWriter writer, SmokeResult result)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("classname", "smoke");
        writer.WriteAttributeString("name", result.Version is null ? result.Name : $"{result.Name} {result.Version}");
        writer.WriteAttributeString("time", Seconds(result.Seconds));
        foreach (var failure in result.Failures)
        {
            writer.WriteStartElement(failure.Kind == SmokeFailureKind.Error ? "failure" : "error");
            writer.WriteAttributeString("type", failure.Word);
            writer.WriteAttributeString("message", Clean($"{failure.Probe}: {failure.Message}"));
            if (failure.Place is not null || failure.Output is not null)
                writer.WriteString(Clean(string.Join('\n', new[] { failure.Place, failure.Output }.OfType<string>())));
            writer.WriteEndElement();
        }

        if (result.Probes == 0)
        {
            writer.WriteStartElement("skipped");
            writer.WriteAttributeString("message", Clean(string.Join("; ", result.Skipped)));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static bool HasError(SmokeResult result) =>
        result.Failures.Any(failure => failure.Kind != SmokeFailureKind.Error);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>XML cannot hold most control characters, whatever a package prints.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '?'));

    private sealed class Utf8Writer(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
