using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>Reads requirements that are a URL or a path, by pip's rules for telling them from names.</summary>
internal static class UnnamedReader
{
    private static readonly string[] VersionControl = ["git", "hg", "svn", "bzr"];

    /// <summary>Whether the text is a URL or path: it has a scheme, starts with a dot, has a separator, or ends like an archive.</summary>
    public static bool IsUnnamed(string text)
    {
        var place = text.AsSpan(0, MarkerStart(text)).Trim();
        if (Location.IsUrl(place) || place.StartsWith("."))
            return true;
        // `name @ url` is a name, whatever the URL contains.
        var at = place.IndexOf('@');
        if (at > 0 && !LooksLikePath(place[..at]))
            return false;
        var withoutExtras =
            place.EndsWith("]") && place.LastIndexOf('[') is > 0 and var bracket ? place[..bracket].Trim() : place;
        return LooksLikePath(place)
            || withoutExtras.EndsWith(".whl")
            || SdistFileName.ExtensionOf(withoutExtras) is not null;
    }

    public static RequestedTarget.Unnamed? Read(string text, string verbatim, bool isEditable, out Diagnostic? error)
    {
        var markerStart = MarkerStart(text);
        var place = text[..markerStart].Trim();
        var marker = Marker.True;
        if (markerStart < text.Length && !Marker.TryParse(text.AsSpan(markerStart + 1), out marker, out error))
            return null;
        if (!TryTakeExtras(ref place, out var extras, out error))
            return null;
        var scheme = Location.SchemeOf(place).ToString().ToLowerInvariant();
        var vcs = VcsOf(scheme);
        if (place.Length == 0)
        {
            error = Invalid(verbatim, "a path or URL is missing");
        }
        else if (isEditable && scheme.Length > 0 && vcs is null && scheme is not "file")
        {
            error = Invalid(verbatim, "only a local folder or a repository can be editable");
        }
        else
        {
            return new RequestedTarget.Unnamed(verbatim, place)
            {
                IsPath = scheme.Length == 0,
                Vcs = vcs,
                Extras = extras.IsEmpty ? ExtrasOf(FragmentValue(place, "egg")) : extras,
                Name = NameOf(place, scheme.Length == 0),
                Subdirectory = scheme.Length == 0 ? null : FragmentValue(place, "subdirectory"),
                Marker = marker,
                IsEditable = isEditable,
            };
        }

        return null;
    }

    private static Diagnostic Invalid(string text, string problem) =>
        new("invalid-requirement", $"`{PythonText.Printable(text)}` cannot be installed: {problem}");

    private static bool LooksLikePath(ReadOnlySpan<char> text) =>
        text.Contains('/') || text.Contains('\\') || text.StartsWith(".");

    /// <summary>Where the marker's `;` is: in a URL only one with white space before it, since a URL may contain others.</summary>
    private static int MarkerStart(string text)
    {
        if (!Location.IsUrl(text))
        {
            var first = text.IndexOf(';', StringComparison.Ordinal);
            return first < 0 ? text.Length : first;
        }

        for (var i = 1; i < text.Length; i++)
        {
            var isAfterSpace =
                char.IsWhiteSpace(text[i - 1]) || (i + 1 < text.Length && char.IsWhiteSpace(text[i + 1]));
            if (text[i] == ';' && isAfterSpace)
                return i;
        }

        return text.Length;
    }

    private static string? VcsOf(string scheme)
    {
        var plus = scheme.IndexOf('+', StringComparison.Ordinal);
        var name = plus < 0 ? scheme : scheme[..plus];
        return VersionControl.Contains(name, StringComparer.Ordinal) ? name : null;
    }

    /// <summary>Takes `[extra,…]` off the end of a path or URL; an open bracket there belongs to the path.</summary>
    private static bool TryTakeExtras(ref string place, out ImmutableArray<ExtraName> extras, out Diagnostic? error)
    {
        extras = [];
        error = null;
        var open = place.EndsWith(']') ? place.LastIndexOf('[') : -1;
        if (open <= 0 || place.AsSpan(open).ContainsAny('/', '#'))
            return true;
        var names = ImmutableArray.CreateBuilder<ExtraName>();
        foreach (
            var part in place[(open + 1)..^1]
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            if (!ExtraName.TryParse(part, out var name, out error))
                return false;
            if (!names.Contains(name))
                names.Add(name);
        }

        place = place[..open].Trim();
        extras = names.DrainToImmutable();
        return true;
    }

    /// <summary>The value of `#key=` or `&amp;key=` in a URL's fragment.</summary>
    private static string? FragmentValue(string url, string key)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0)
            return null;
        foreach (var part in url[(hash + 1)..].Split('&'))
        {
            if (part.StartsWith(key, StringComparison.Ordinal) && part.Length > key.Length && part[key.Length] == '=')
                return Uri.UnescapeDataString(part[(key.Length + 1)..]);
        }

        return null;
    }

    /// <summary>The extras of `#egg=name[extra]`.</summary>
    private static ImmutableArray<ExtraName> ExtrasOf(string? egg)
    {
        var place = egg ?? "";
        return TryTakeExtras(ref place, out var extras, out _) ? extras : [];
    }

    private static PackageName? NameOf(string place, bool isPath)
    {
        if (!isPath && FragmentValue(place, "egg") is { } egg)
        {
            var bracket = egg.IndexOf('[', StringComparison.Ordinal);
            return PackageName.TryParse(bracket < 0 ? egg : egg[..bracket], out var named, out _) ? named : null;
        }

        return WheelFileName.TryParse(Location.Of(place).FileName, out var wheel, out _) ? wheel.Name : null;
    }
}
