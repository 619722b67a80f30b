using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Packaging.Requirements;

/// <summary>
/// A requirement as it is written, in parts that join to the same text: for changing one part and keeping the spelling of the others.
/// </summary>
public sealed record RequirementParts
{
    private RequirementParts(string name, string extras, string versions, string marker)
    {
        Name = name;
        Extras = extras;
        Versions = versions;
        Marker = marker;
    }

    /// <summary>The name.</summary>
    public string Name { get; private init; }

    /// <summary>The extras with their brackets; empty where there are none.</summary>
    public string Extras { get; private init; }

    /// <summary>The specifiers, or `@` and the URL, with the space before them; empty where there are none.</summary>
    public string Versions { get; private init; }

    /// <summary>The `;` and the marker, with the space before them; empty where there is none.</summary>
    public string Marker { get; private init; }

    /// <summary>Whether a URL is written.</summary>
    public bool HasUrl => Versions.AsSpan().TrimStart().StartsWith("@");

    /// <summary>The marker without its `;`; empty where there is none.</summary>
    public string Condition => Marker.TrimStart().TrimStart(';').Trim();

    /// <summary>Divides a text that reads as a requirement.</summary>
    /// <exception cref="FormatException">It does not.</exception>
    public static RequirementParts Of(string text)
    {
        text = text.Trim();
        _ = Requirement.Parse(text);
        var name = EndOfName(text);
        var extras = EndOfExtras(text, name);
        var marker = StartOfMarker(text, extras);
        return new RequirementParts(text[..name], text[name..extras].Trim(), text[extras..marker], text[marker..]);
    }

    /// <summary>The same with other extras, normalized.</summary>
    public RequirementParts WithExtras(ImmutableArray<ExtraName> extras) =>
        this with
        {
            Extras = extras.IsEmpty ? "" : $"[{string.Join(',', extras)}]",
        };

    /// <summary>The same with other specifiers.</summary>
    public RequirementParts WithVersions(string versions) => this with { Versions = versions };

    /// <summary>The same under another marker, which is written as it is.</summary>
    public RequirementParts WithCondition(string condition) =>
        this with
        {
            Marker = condition.Length == 0 ? "" : $" ; {condition}",
        };

    /// <summary>The same with the name as another text has it.</summary>
    public RequirementParts WithName(string name) => this with { Name = name };

    /// <inheritdoc/>
    public override string ToString() => string.Concat(Name, Extras, Versions, Marker);

    private static int EndOfName(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.'))
            end++;
        return end;
    }

    private static int EndOfExtras(string text, int from)
    {
        var open = SkipSpace(text, from);
        return open < text.Length && text[open] == '[' ? text.IndexOf(']', open) + 1 : from;
    }

    private static int StartOfMarker(string text, int from)
    {
        var start = SkipSpace(text, from);
        int semicolon;
        if (start < text.Length && text[start] == '@')
        {
            // A URL may have a `;` in it: it ends at white space.
            var url = SkipSpace(text, start + 1);
            while (url < text.Length && !char.IsWhiteSpace(text[url]))
                url++;
            semicolon = text.IndexOf(';', url);
        }
        else
        {
            semicolon = text.IndexOf(';', from);
        }

        if (semicolon < 0)
            return text.Length;
        while (semicolon > from && char.IsWhiteSpace(text[semicolon - 1]))
            semicolon--;
        return semicolon;
    }

    private static int SkipSpace(string text, int from)
    {
        while (from < text.Length && char.IsWhiteSpace(text[from]))
            from++;
        return from;
    }
}
