using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Krait.Architecture.Tests;

/// <summary>The sources of what ships, as text: which folder uses which, and which project which.</summary>
internal static partial class SourceTree
{
    private static string Root => field ??= FindRoot();

    /// <summary>The projects, with those that each refers to.</summary>
    public static IReadOnlyDictionary<string, string[]> Projects =>
        field ??= Directory
            .GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(
                file => Path.GetFileNameWithoutExtension(file),
                file =>
                    XDocument
                        .Load(file)
                        .Descendants("ProjectReference")
                        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)) // a reference names its project
                        .ToArray(),
                StringComparer.Ordinal
            );

    /// <summary>The source files, with their path from the root.</summary>
    public static IEnumerable<(string Path, string Text)> Files =>
        Directory
            .GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (path, File.ReadAllText(Path.Combine(Root, path))));

    /// <summary>The folders of one project that each of its folders uses.</summary>
    public static Dictionary<string, HashSet<string>> FoldersOf(string project)
    {
        var uses = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (
            var (_, text) in Files.Where(file => file.Path.StartsWith($"src/{project}/", StringComparison.Ordinal))
        )
        {
            if (NamespaceLine().Match(text) is not { Success: true } own)
                continue;
            var folder = TopFolder(own.Groups["name"].Value);
            var used = uses.TryGetValue(folder, out var known) ? known : uses[folder] = new(StringComparer.Ordinal);
            foreach (Match line in UsingLine().Matches(text))
            {
                // Every folder may use what lies at the root of its project.
                var other = TopFolder(line.Groups["name"].Value);
                if (other.StartsWith(project + ".", StringComparison.Ordinal) && other != folder)
                    used.Add(other);
            }
        }

        return uses;
    }

    /// <summary>A folder within a folder is part of it.</summary>
    private static string TopFolder(string name) => string.Join('.', name.Split('.').Take(3));

    /// <summary>A text file of the repository.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    [GeneratedRegex(
        @"^namespace (?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^using (static )?(?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex UsingLine();

    private static string FindRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..")); // of this very file
}
