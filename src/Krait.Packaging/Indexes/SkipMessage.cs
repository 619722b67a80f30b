using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Words for the reasons that files are skipped for.</summary>
internal static class SkipMessage
{
    public static Diagnostic Of(string fileName, SkipReason reason)
    {
        var name = fileName.Length == 0 ? "an entry without a file name" : $"`{PythonText.Printable(fileName)}`";
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
            SkipReason.OtherProject => new Diagnostic("other-project", $"{name} belongs to another project")
            {
                Topic = DiagnosticTopic.OtherProject,
            },
            SkipReason.Duplicate => new Diagnostic("duplicate-file", $"{name} is listed more than once"),
            SkipReason.InvalidRequiresPython => new Diagnostic(
                "invalid-requires-python",
                $"the Python versions that {name} asks for cannot be read and are not considered"
            ),
            SkipReason.TooLong => Malformed(name, "a name or a URL that is too long"),
            SkipReason.WrongFileName => new Diagnostic("malformed-file-entry", "an entry has no valid `filename`"),
            SkipReason.WrongUrl => Malformed(name, "no valid `url`"),
            SkipReason.WrongRequiresPython => Malformed(name, "a `requires-python` that is not a string"),
            SkipReason.WrongYanked => Malformed(name, "a `yanked` that is neither a boolean nor a string"),
            SkipReason.WrongHashes => Malformed(name, "`hashes` that are not an object of strings"),
            SkipReason.WrongMetadata => Malformed(name, "a `core-metadata` that is not an object of strings"),
            _ => new Diagnostic("malformed-file-entry", "an entry is not a JSON object"),
        };
    }

    private static Diagnostic Malformed(string name, string what) => new("malformed-file-entry", $"{name} has {what}");
}
