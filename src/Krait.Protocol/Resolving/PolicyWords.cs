using Krait.Resolver.Requests;

namespace Krait.Protocol.Resolving;

/// <summary>The words of requests for the choices of a resolution.</summary>
internal static class PolicyWords
{
    public static string Of(ResolutionMode mode) =>
        mode switch
        {
            ResolutionMode.Lowest => "lowest",
            ResolutionMode.LowestDirect => "lowest-direct",
            _ => "highest",
        };

    /// <summary>The mode of a word.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static ResolutionMode ModeOf(string word) =>
        word switch
        {
            "highest" => ResolutionMode.Highest,
            "lowest" => ResolutionMode.Lowest,
            "lowest-direct" => ResolutionMode.LowestDirect,
            _ => throw new FormatException(word),
        };

    public static string Of(PrereleaseMode mode) =>
        mode switch
        {
            PrereleaseMode.Disallow => "disallow",
            PrereleaseMode.Allow => "allow",
            PrereleaseMode.Explicit => "explicit",
            _ => "if-necessary",
        };

    /// <summary>The mode of a word.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static PrereleaseMode PrereleasesOf(string word) =>
        word switch
        {
            "if-necessary" => PrereleaseMode.IfNecessary,
            "disallow" => PrereleaseMode.Disallow,
            "allow" => PrereleaseMode.Allow,
            "explicit" => PrereleaseMode.Explicit,
            _ => throw new FormatException(word),
        };
}
