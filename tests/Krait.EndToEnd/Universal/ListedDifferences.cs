namespace Krait.EndToEnd.Universal;

/// <summary>The reviewed list of lines that are not letter by letter those of the recording, by the name of the answer.</summary>
internal static class ListedDifferences
{
    /// <summary>The lines of an answer that may differ: `- ` and the recording's, `+ ` and krait's.</summary>
    public static string[] Of(string answer)
    {
        var file = Path.Combine(Machine.Root, "tests", "Krait.Resolver.Tests", "Recorded", "differences.txt");
        var lines = File.ReadAllLines(file).Where(line => line is not ([] or ['#', ..]));
        return
        [
            .. lines
                .SkipWhile(line => !string.Equals(line, answer, StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => line is ['-' or '+', ' ', ..]),
        ];
    }
}
