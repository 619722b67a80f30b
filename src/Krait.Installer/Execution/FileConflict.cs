using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>Two packages that bring different files of one name: a warning, unless the user wants each file to belong to one package.</summary>
internal static class FileConflict
{
    /// <summary>The diagnostic.</summary>
    public static Diagnostic Of(string message) =>
        new("file-conflict", message) { Topic = DiagnosticTopic.FileConflict };

    /// <summary>Whether a warning is about such a conflict.</summary>
    public static bool IsOne(Diagnostic warning) => warning.Topic is DiagnosticTopic.FileConflict;
}
