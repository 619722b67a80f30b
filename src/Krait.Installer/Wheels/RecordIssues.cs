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

    /// <summary>A warning about a RECORD file.</summary>
    public static Diagnostic Of(string message) => new(Code, message) { Topic = DiagnosticTopic.Record };

    /// <summary>Adds a fault.</summary>
    public void Add(string message)
    {
        if (listed.Count < MostListed)
            listed.Add(Of(message));
        else
            others++;
    }

    /// <summary>The faults, one in place of all that are not listed.</summary>
    public IEnumerable<Diagnostic> ToDiagnostics() =>
        others == 0
            ? listed
            : listed.Append(Of($"its RECORD is wrong about {others} more {(others == 1 ? "file" : "files")}"));
}
