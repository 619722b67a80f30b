using System.Runtime.CompilerServices;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>The reviewed list of lines that differ from the recording.</summary>
internal static class Differences
{
    public static string[] Listed { get; } =
    [.. File.ReadAllLines(Path.Combine(Folder(), "differences.txt")).Where(line => line is ['-' or '+', ' ', ..])];

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!; // of this very file
}
