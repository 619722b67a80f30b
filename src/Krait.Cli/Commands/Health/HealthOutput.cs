using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Health;

/// <summary>Writes documents to where the user wants them.</summary>
internal static class HealthOutput
{
    /// <summary>Writes a document to `--output-file`, or to standard output.</summary>
    public static void Write(KraitContext context, ParsedArguments arguments, string text)
    {
        if (arguments.Value(HealthOptions.Output) is { } file && file is not "-")
            WriteFile(context, file, text.EndsWith('\n') ? text : text + "\n");
        else
            context.Terminal.WriteResult(text.TrimEnd('\n'));
    }

    /// <summary>Writes a document to a file.</summary>
    /// <exception cref="KraitException">The file cannot be written.</exception>
    public static void WriteFile(KraitContext context, string file, string text)
    {
        var path = Path.GetFullPath(file, context.WorkingFolder);
        AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text), durable: false);
    }
}
