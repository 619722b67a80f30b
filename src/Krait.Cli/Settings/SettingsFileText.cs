using System.Globalization;
using Krait.Cli.Parsing;
using Krait.Packaging.Locations;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Cli.Settings;

/// <summary>A settings file that was read: what messages call it, where it is, and where in it something stands.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Shown">What messages call it.</param>
/// <param name="Document">What it holds.</param>
/// <param name="WorkingFolder">What relative paths of the command line start from.</param>
internal sealed record SettingsFileText(string Path, string Shown, TomlDocument Document, string WorkingFolder)
{
    /// <summary>The directory that its relative paths start from.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? "/";

    /// <summary>Whether a relative path starts from the working directory where nothing is next to the file, as in pip-tools.</summary>
    public bool MayStartFromWorkingFolder { get; init; }

    /// <summary>`` `find-links` in krait.toml:3 ``</summary>
    public string NameOf(TomlEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"`{entry.Key}` in {Shown}:{LineOf(entry)}");

    /// <summary>The line of a key.</summary>
    public int LineOf(TomlEntry entry) =>
        Document.LineOf(Math.Max(entry.KeyStart >= 0 ? entry.KeyStart : entry.Value.Start, 0));

    /// <summary>What is wrong with a value.</summary>
    public Diagnostic Fault(TomlValue value, string message) =>
        Document.Error("invalid-setting", value, message) is { Line: > 0 } found
            ? found with
            {
                Source = Shown,
            }
            : new Diagnostic("invalid-setting", message).In(Shown);

    /// <summary>What is wrong with a key.</summary>
    public Diagnostic Fault(TomlEntry entry, string code, string message)
    {
        var line = LineOf(entry);
        return new Diagnostic(code, message).In(Shown, line);
    }

    /// <summary>
    /// The value of an option as the command line would have it: a relative path starts from the file. Where both start from the same
    /// directory, it stays as it is written.
    /// </summary>
    public string Resolve(Option option, string value) =>
        option.Content switch
        {
            OptionContent.Path => FromHere(value),
            OptionContent.Index
                when value.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !Location.IsUrl(value) =>
                value[..(equals + 1)] + FromHereIfPath(value[(equals + 1)..]),
            OptionContent.Index => FromHereIfPath(value),
            OptionContent.Interpreter when value.Contains('/', StringComparison.Ordinal) => FromHere(value),
            _ => value,
        };

    /// <summary>An address that may be a name, too: a path only where it is written as one, or leads to a directory.</summary>
    private string FromHereIfPath(string value) =>
        value.StartsWith('.') || value.Contains('/', StringComparison.Ordinal) ? FromHere(value) : value;

    private string FromHere(string value)
    {
        if (
            value is "" or "-"
            || value[0] is '/' or '~' or '$'
            || Location.IsUrl(value)
            || string.Equals(Folder, WorkingFolder, StringComparison.Ordinal)
        )
        {
            return value;
        }

        var near = System.IO.Path.GetFullPath(value, Folder);
        return MayStartFromWorkingFolder && !FileStatus.Exists(near, followLinks: true)
            ? value
            : System.IO.Path.GetRelativePath(WorkingFolder, near);
    }
}
