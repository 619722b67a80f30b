using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Words for the reasons that files are skipped for.</summary>
internal static class SkipMessage
{
    public static Diagnostic Of(string fileName, SkipReason reason)
    {
        var name = $"`{PythonText.Printable(fileName)}`";
        return reason switch
        {
            SkipReason.NotADistribution => new Diagnostic(
                "not-a-distribution",
                $"{name} is neither a wheel nor a source distribution"
            ),
            SkipReason.InvalidFileName => new Diagnostic(
                "invalid-file-name",
                $"{name} is not a valid file name of a distribution"
            ),
            SkipReason.OtherProject => new Diagnostic("other-project", $"{name} belongs to another project"),
            SkipReason.Duplicate => new Diagnostic("duplicate-file", $"{name} is listed more than once"),
            SkipReason.InvalidRequiresPython => new Diagnostic(
                "invalid-requires-python",
                $"the Python versions that {name} asks for cannot be read and are not considered"
            ),
            _ => new Diagnostic("malformed-file-entry", $"the entry of {name} is malformed"),
        };
    }
}
