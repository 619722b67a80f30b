using Krait.Packaging.Text;

namespace Krait.Installer.Wheels;

/// <summary>What is wrong with a wheel's RECORD: the first few faults in words, and how many more there are.</summary>
internal sealed class RecordIssues
{
    /// <summary>The code of every diagnostic about a RECORD file.</summary>
    public const string Code = "wheel-record";

    private const int MostListed = 10;
    private readonly List<Diagnostic> listed = [];
    private int others;

    /// <summary>Whether a warning about a wheel is about its RECORD; the store keeps warnings as codes and texts.</summary>
    public static bool IsOne(string code) => string.Equals(code, Code, StringComparison.Ordinal);

    /// <summary>Adds a fault.</summary>
    public void Add(string message)
    {
        if (listed.Count < MostListed)
            listed.Add(new Diagnostic(Code, message));
        else
            others++;
    }

    /// <summary>The faults, one in place of all that are not listed.</summary>
    public IEnumerable<Diagnostic> ToDiagnostics() =>
        others == 0
            ? listed
            : listed.Append(
                new Diagnostic(Code, $"its RECORD is wrong about {others} more {(others == 1 ? "file" : "files")}")
            );
}
