using System.Collections.Immutable;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Projects.Locking;

namespace Krait.Cli.Commands.Projects;

/// <summary>Shows what changed in a lock.</summary>
internal static class LockChangesWriter
{
    private const int Red = 31;
    private const int Green = 32;
    private const int Cyan = 36;

    /// <summary>Says what changed, for people.</summary>
    public static void Say(Terminal terminal, LockAnswer.Ready ready, bool isDryRun)
    {
        var changes = ready.Changes;
        if (!ready.IsChanged)
        {
            SayUpToDate(terminal);
            return;
        }

        foreach (var change in changes.Packages)
            Say(terminal, change, isDryRun);
        if (changes.IsEmpty)
            terminal.Say(isDryRun ? "Would update the lock file" : "Updated the lock file; no version changed");
    }

    /// <summary>Says that nothing has to change.</summary>
    public static void SayUpToDate(Terminal terminal) => terminal.Say("The lock file is up to date");

    /// <summary>Says how one package changed, and warns where files of a version are not what they were.</summary>
    public static void Say(Terminal terminal, LockChange change, bool isDryRun)
    {
        var (before, after) = (Join(change.Before), Join(change.After));
        if (change.Before.IsEmpty)
        {
            terminal.Say($"{terminal.Paint(isDryRun ? "Would add" : "Added", Green)} {change.Name} {after}");
        }
        else if (change.After.IsEmpty)
        {
            terminal.Say($"{terminal.Paint(isDryRun ? "Would remove" : "Removed", Red)} {change.Name} {before}");
        }
        else if (!string.Equals(before, after, StringComparison.Ordinal))
        {
            terminal.Say(
                $"{terminal.Paint(isDryRun ? "Would update" : "Updated", Cyan)} {change.Name} {before} -> {after}"
            );
        }

        WarnOfDigests(terminal, change);
    }

    /// <summary>Warns where files of a version are not what they were.</summary>
    public static void WarnOfDigests(Terminal terminal, LockChange change)
    {
        foreach (var version in change.ChangedDigests)
        {
            DiagnosticRenderer.WriteWarning(
                terminal,
                new Diagnostic("changed-digests", $"files of `{change.Name}` {version} have other hashes than before")
                {
                    Hints = ["Find out why before you install them: a published file does not change"],
                }
            );
        }
    }

    /// <summary>One package as a line for people and for `grep`: `+ a 1.0`, `- a 1.0`, `~ a 1.0 -> 2.0`.</summary>
    public static string Line(LockChange change) =>
        change.Before.IsEmpty ? $"+ {change.Name} {Join(change.After)}"
        : change.After.IsEmpty ? $"- {change.Name} {Join(change.Before)}"
        : change.Before.SequenceEqual(change.After, StringComparer.Ordinal)
            ? $"! {change.Name} {Join(change.ChangedDigests)} (other hashes)"
        : $"~ {change.Name} {Join(change.Before)} -> {Join(change.After)}";

    /// <summary>Writes what changed, for programs.</summary>
    public static void WriteJson(Terminal terminal, LockAnswer.Ready ready, string file, bool isDryRun) =>
        terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("lock", file);
                    writer.WriteBoolean("changed", ready.IsChanged);
                    writer.WriteBoolean("dry_run", isDryRun);
                    writer.WriteStartArray("packages");
                    foreach (var change in ready.Changes.Packages)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", change.Name);
                        WriteAll("before", change.Before);
                        WriteAll("after", change.After);
                        WriteAll("changed_digests", change.ChangedDigests);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();

                    void WriteAll(string name, ImmutableArray<string> values)
                    {
                        writer.WriteStartArray(name);
                        foreach (var value in values)
                            writer.WriteStringValue(value);
                        writer.WriteEndArray();
                    }
                },
                isIndented: true
            )
        );

    private static string Join(ImmutableArray<string> versions) => string.Join(", ", versions);
}
