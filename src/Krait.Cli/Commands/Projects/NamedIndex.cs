namespace Krait.Cli.Commands.Projects;

/// <summary>An index of the command line, as it is recorded: without credentials.</summary>
/// <param name="Name">Its name; null for none.</param>
/// <param name="Url">Its URL.</param>
internal sealed record NamedIndex(string? Name, string Url)
{
    /// <summary>Reads `[NAME=]URL`.</summary>
    public static NamedIndex Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var isNamed = equals > 0 && text.AsSpan(0, equals).IndexOfAny(":/?") < 0;
        return isNamed
            ? new NamedIndex(text[..equals], WithoutCredentials(text[(equals + 1)..]))
            : new NamedIndex(null, WithoutCredentials(text));
    }

    private static string WithoutCredentials(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return url;
        var start = scheme + 3;
        var end = url.AsSpan(start).IndexOfAny("/?#");
        var at = url.AsSpan(start, end < 0 ? url.Length - start : end).LastIndexOf('@');
        return at < 0 ? url : url.Remove(start, at + 1);
    }
}
