using System.Globalization;

namespace Krait.Cli.Parsing;

/// <summary>Reads numbers of the command line, variables and settings files.</summary>
internal static class Numbers
{
    private const double LongestDay = 24 * 60 * 60;

    /// <summary>Reads a number of seconds.</summary>
    /// <exception cref="UsageException">It is not a number, or out of range.</exception>
    public static double Seconds(string name, string text, double minimum) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number >= minimum
        && number <= LongestDay
            ? number
            : throw new UsageException(
                $"{name} must be a number of seconds{(minimum > 0 ? " above 0" : "")}, but it is `{text}`"
            );

    /// <summary>Reads a whole number.</summary>
    /// <exception cref="UsageException">It is not a whole number, or out of range.</exception>
    public static int Whole(string name, string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= minimum
        && number <= maximum
            ? number
            : throw new UsageException(
                $"{name} must be a whole number from {minimum} to {maximum}, but it is `{text}`"
            );
}
