namespace Krait.Cli.Parsing;

/// <summary>Truth values as variables and configuration files write them.</summary>
internal static class Booleans
{
    /// <summary>Reads `1`, `true`, `yes`, `on` and their opposites, in any case and by their first letters.</summary>
    public static bool TryParse(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "1" or "true" or "t" or "yes" or "y" or "on";
        return value || text.ToLowerInvariant() is "0" or "false" or "f" or "no" or "n" or "off";
    }
}
