using Krait.Cli.Rendering;
using Krait.Projects.Importing;
using Krait.Projects.Locking;

namespace Krait.Cli.Commands.Projects;

/// <summary>What came of an import, for people and for programs.</summary>
/// <param name="imported">What was read.</param>
/// <param name="found">The lock that came of it.</param>
/// <param name="isDryRun">Whether nothing was written.</param>
internal sealed class ImportReport(ImportedProject imported, WorkspaceLock found, bool isDryRun)
{
    private readonly List<(string Name, string Before, string? After)> changes = FindChanges(imported, found);

    private int Locked => imported.Pins.Count(pin => pin.Repository is null);

    /// <summary>Says it for people.</summary>
    public void Say(Terminal terminal)
    {
        var files = string.Join(", ", imported.Files.Select(file => $"`{file}`"));
        terminal.Say($"{(isDryRun ? "Would import" : "Imported")} the project of {imported.Tool} from {files}");
        if (Locked > 0)
            terminal.Say($"Kept {Locked - changes.Count} of {Locked} locked versions");
        foreach (var (name, before, after) in changes)
            terminal.Say(after is null ? $"  {name} {before}: not needed" : $"  {name} {before} -> {after}");
        if (imported.Losses.Count == 0)
            return;
        terminal.Say("Could not carry over:");
        foreach (var loss in imported.Losses)
            terminal.Say($"  - {ControlNames.Of(loss)}");
    }

    /// <summary>Writes it for programs.</summary>
    public void WriteJson(Terminal terminal) =>
        terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("tool", imported.Tool);
                    WriteAll("files", imported.Files);
                    writer.WriteBoolean("dry_run", isDryRun);
                    writer.WriteNumber("kept", Locked - changes.Count);
                    writer.WriteStartArray("changed");
                    foreach (var (name, before, after) in changes)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", name);
                        writer.WriteString("before", before);
                        writer.WriteString("after", after);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    WriteAll("lost", imported.Losses.Select(ControlNames.Of));
                    writer.WriteEndObject();

                    void WriteAll(string name, IEnumerable<string> values)
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

    /// <summary>The locked versions that the new lock does not have.</summary>
    private static List<(string Name, string Before, string? After)> FindChanges(
        ImportedProject imported,
        WorkspaceLock found
    )
    {
        var versions = found.Pylock.Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        var gone = new List<(string, string, string?)>();
        foreach (var pin in imported.Pins)
        {
            if (pin.Repository is not null || pin.Version is not { } version)
                continue;
            var now = versions[pin.Name.Value].ToList();
            if (!now.Exists(package => package.Version is { } kept && kept.Equals(version)))
            {
                var after = now.Count == 0 ? null : string.Join(", ", now.Select(package => package.Version));
                gone.Add((pin.Name.Value, version.ToString(), after));
            }
        }

        return gone;
    }
}
