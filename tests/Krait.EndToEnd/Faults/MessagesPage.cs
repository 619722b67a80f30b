using System.Text;
using System.Text.RegularExpressions;

namespace Krait.EndToEnd.Faults;

/// <summary>
/// `docs/messages.md`: what krait says to each fault of these tests. Each test compares its own section; `KRAIT_SNAPSHOTS=overwrite`
/// writes the page anew from the sections that ran, and keeps the others.
/// </summary>
internal static partial class MessagesPage
{
    private const string Head = """
        # Messages

        What krait says when something is wrong: the command, and what it writes to standard error. The tests of `tests/Krait.EndToEnd/Faults`
        bring each of these about, check that the environment is unchanged, and compare this page with what was said; after a wanted change,
        run them with `KRAIT_SNAPSHOTS=overwrite` and read the difference. `--python` is left out of the commands.

        """;

    /// <summary>Every fault, in the order of the page, by chapter.</summary>
    public static IReadOnlyList<(string Chapter, IReadOnlyList<Fault> Faults)> Chapters { get; } =
    [
        ("The command line", InputFaults.CommandLine),
        ("Requirements and files", InputFaults.Files),
        ("Interpreters, environments, settings", InputFaults.Surroundings),
        ("Servers and the network", ServerFaults.All),
        ("Files that are not what was promised", PromiseFaults.All),
        ("Archives", ArchiveFaults.All),
        ("Disks", DiskFaults.All),
    ];

    private static readonly Lock Gate = new();
    private static readonly string Place = Path.Combine(Machine.Root, "docs", "messages.md");
    private static readonly bool Overwrites = Environment.GetEnvironmentVariable("KRAIT_SNAPSHOTS") is "overwrite";
    private static readonly Dictionary<string, string> Sections = Read();

    /// <summary>Compares what was said with the page, or writes it there.</summary>
    public static void Expect(Fault fault, string message)
    {
        // Digests and sizes of archives depend on the compressor of the machine.
        var section = Format(fault, Size().Replace(Digest().Replace(message, "sha256:…"), "${what}N bytes"));
        lock (Gate)
        {
            if (Overwrites)
            {
                Sections[fault.Name] = section;
                File.WriteAllText(Place, Write());
            }
            else
            {
                Assert.True(
                    Sections.ContainsKey(fault.Name),
                    $"docs/messages.md has no section `{fault.Name}`: {Renewal}"
                );
                Assert.True(
                    string.Equals(section, Sections[fault.Name], StringComparison.Ordinal),
                    $"docs/messages.md says\n{Sections[fault.Name]}\nand krait\n{section}\n{Renewal}"
                );
            }
        }
    }

    /// <summary>The page as it must be, of the sections that there are.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Head);
        foreach (var (chapter, faults) in Chapters)
        {
            page.Append("\n## ").Append(chapter).Append('\n');
            foreach (var fault in faults)
                page.Append(Sections.GetValueOrDefault(fault.Name, ""));
        }

        return page.ToString();
    }

    /// <summary>How the page is renewed.</summary>
    public const string Renewal =
        "run the tests of `Krait.EndToEnd` with KRAIT_SNAPSHOTS=overwrite and read the difference";

    /// <summary>The page as it is.</summary>
    public static string Text => File.Exists(Place) ? File.ReadAllText(Place) : "";

    private static string Format(Fault fault, string message)
    {
        var name = char.ToUpperInvariant(fault.Name[0]) + fault.Name[1..];
        var command = fault
            .Shown.Replace("{index}", "http://index.test/simple/")
            .Replace("{files}", "http://index.test/files")
            .Replace("{secret}", "http://me:s3cret@index.test/simple/");
        return $"\n### {name}\n\n```text\n$ {command.Replace("{h2}", "https://recorded.test/simple")}\n{message}\n```\n";
    }

    [GeneratedRegex("sha256:[1-9a-f][0-9a-f]{63}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Digest();

    [GeneratedRegex(
        "(?<what>expected |received |its )[0-9]+ bytes",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Size();

    /// <summary>The sections of the page, by the fault's name.</summary>
    private static Dictionary<string, string> Read()
    {
        var sections = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = Chapters.SelectMany(chapter => chapter.Faults).Select(fault => fault.Name).ToHashSet();
        foreach (var part in Text.Split("\n### ").Skip(1))
        {
            var name = part[..part.IndexOf('\n')];
            name =
                names.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) ?? name;
            var end = part.IndexOf("\n```\n", StringComparison.Ordinal);
            sections[name] = $"\n### {part[..(end + 5)]}";
        }

        return sections;
    }
}
