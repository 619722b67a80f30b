namespace Krait.Cli.Settings;

/// <summary>A value of an INI file.</summary>
/// <param name="Section">The section that it stands in.</param>
/// <param name="Key">Its key, in lower case.</param>
/// <param name="Value">Its value; several lines where it is continued.</param>
/// <param name="Line">The line of its key.</param>
/// <param name="LastLine">The last line of its value.</param>
internal sealed record IniEntry(string Section, string Key, string Value, int Line, int LastLine);
