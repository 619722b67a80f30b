using System.Collections.Immutable;
using System.Text;
using Krait.Installer.Scripts;

namespace Krait.Installer.Wheels;

/// <summary>What is known of a wheel besides its files, kept as lines of `key value` at the end of its manifest.</summary>
internal sealed record WheelFacts
{
    public string FileName { get; init; } = "";
    public string DistInfo { get; init; } = "";
    public string Sha256 { get; init; } = "";

    /// <summary>Other hashes of the archive that were computed (`sha512:…`).</summary>
    public ImmutableArray<string> OtherHashes { get; init; } = [];
    public bool IsPure { get; init; }
    public ImmutableArray<ScriptEntry> Scripts { get; init; } = [];
    public ImmutableArray<(string Code, string Message)> Warnings { get; init; } = [];

    /// <summary>Whether its RECORD was wrong, and was rewritten: the manifest keeps the codes of warnings.</summary>
    public bool HasWrongRecord =>
        Warnings.Any(warning => string.Equals(warning.Code, RecordIssues.Code, StringComparison.Ordinal));

    /// <summary>Reads the lines; unknown keys are skipped.</summary>
    public static WheelFacts Parse(string text)
    {
        var facts = new WheelFacts();
        var scripts = ImmutableArray.CreateBuilder<ScriptEntry>();
        var warnings = ImmutableArray.CreateBuilder<(string, string)>();
        var hashes = ImmutableArray.CreateBuilder<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split('\t');
            switch (words)
            {
                case ["file", var value]:
                    facts = facts with { FileName = value };
                    break;
                case ["dist-info", var value]:
                    facts = facts with { DistInfo = value };
                    break;
                case ["sha256", var value]:
                    facts = facts with { Sha256 = value };
                    break;
                case ["hash", var value]:
                    hashes.Add(value);
                    break;
                case ["pure", var value]:
                    facts = facts with { IsPure = value is "true" };
                    break;
                case ["script", var kind, var name, var module, var attribute]:
                    scripts.Add(new ScriptEntry(name, module, attribute, kind is "gui"));
                    break;
                case ["warning", var code, var message]:
                    warnings.Add((code, message));
                    break;
            }
        }

        return facts with
        {
            OtherHashes = hashes.ToImmutable(),
            Scripts = scripts.ToImmutable(),
            Warnings = warnings.ToImmutable(),
        };
    }

    /// <summary>Writes the lines. No value contains a tab or a line end: names and messages were checked or escaped.</summary>
    public string Format()
    {
        var text = new StringBuilder();
        text.Append("file\t").Append(FileName).Append('\n');
        text.Append("dist-info\t").Append(DistInfo).Append('\n');
        text.Append("sha256\t").Append(Sha256).Append('\n');
        foreach (var hash in OtherHashes)
            text.Append("hash\t").Append(hash).Append('\n');
        text.Append("pure\t").Append(IsPure ? "true" : "false").Append('\n');
        foreach (var script in Scripts)
        {
            text.Append("script\t").Append(script.IsGui ? "gui" : "console");
            text.Append('\t')
                .Append(script.Name)
                .Append('\t')
                .Append(script.Module)
                .Append('\t')
                .Append(script.Attribute)
                .Append('\n');
        }

        foreach (var (code, message) in Warnings)
            text.Append("warning\t").Append(code).Append('\t').Append(message).Append('\n');
        return text.ToString();
    }
}
