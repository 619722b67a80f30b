using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>Two packages that bring different files of one name: a warning, unless the user wants each file to belong to one package.</summary>
internal static class FileConflict
{
    private const string Code = "file-conflict";

    /// <summary>The diagnostic.</summary>
    public static Diagnostic Of(string message) => new(Code, message);

    /// <summary>Whether a warning is about such a conflict.</summary>
    public static bool IsOne(Diagnostic warning) => string.Equals(warning.Code, Code, StringComparison.Ordinal);
}
