using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;

namespace Krait.Packaging.Distributions;

/// <summary>The name of a wheel file (binary distribution format): `name-version(-build)-python-abi-platform.whl`.</summary>
public sealed class WheelFileName : IEquatable<WheelFileName>
{
    private const string Extension = ".whl";
    private readonly string text;

    private WheelFileName(string text, PackageName name, Version version, BuildTag? build, TagName[][] tags)
    {
        this.text = text;
        Name = name;
        Version = version;
        Build = build;
        TagSets = new WheelTags(tags[0], tags[1], tags[2]);
    }

    /// <summary>The project.</summary>
    public PackageName Name { get; }

    /// <summary>The version.</summary>
    public Version Version { get; }

    /// <summary>The build part, when there is one.</summary>
    public BuildTag? Build { get; }

    /// <summary>The interpreters it runs on (`py2`, `py3`).</summary>
    public ImmutableArray<string> PythonTags => TagSets.Pythons;

    /// <summary>The binary interfaces it needs.</summary>
    public ImmutableArray<string> AbiTags => TagSets.Abis;

    /// <summary>The platforms it runs on.</summary>
    public ImmutableArray<string> PlatformTags => TagSets.Platforms;

    /// <summary>Every combination of its interpreters, interfaces and platforms.</summary>
    public IEnumerable<Tag> Tags => TagSets.All;

    /// <summary>Its interpreters, interfaces and platforms, for matching.</summary>
    internal WheelTags TagSets { get; }

    /// <summary>Parses a file name.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out WheelFileName? wheel,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        wheel = null;
        var problem = TryRead(text, ref wheel);
        error = problem is null
            ? null
            : new Diagnostic(
                "invalid-wheel-name",
                $"`{PythonText.Printable(text)}` is not a wheel's file name: {problem}"
            );
        return error is null;
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a wheel's file name.</exception>
    public static WheelFileName Parse(string text) =>
        TryParse(text, out var wheel, out var error) ? wheel : throw new FormatException(error.Message);

    public bool Equals(WheelFileName? other) =>
        other is not null && string.Equals(text, other.text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as WheelFileName);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The file name as it was given.</summary>
    public override string ToString() => text;

    /// <summary>Reads the file name; says what is wrong with it, or null.</summary>
    private static string? TryRead(ReadOnlySpan<char> text, ref WheelFileName? wheel)
    {
        if (!text.EndsWith(Extension, StringComparison.Ordinal))
            return "it does not end with `.whl`";
        var stem = text[..^Extension.Length];
        Span<Range> parts = stackalloc Range[7];
        var count = stem.Split(parts, '-');
        if (count is not (5 or 6))
            return "it needs five or six parts with `-` between them";
        var nameText = stem[parts[0]];
        if (!IsEscapedName(nameText))
            return $"`{PythonText.Printable(nameText)}` is not an escaped project name";
        if (!Version.TryParse(stem[parts[1]], out var version))
            return $"`{PythonText.Printable(stem[parts[1]])}` is not a version";
        BuildTag? build = null;
        if (count == 6 && !TryReadBuild(stem[parts[2]], out build))
            return $"the build `{PythonText.Printable(stem[parts[2]])}` does not start with a number";
        var tags = new TagName[3][];
        for (var i = 0; i < 3; i++)
        {
            var part = stem[parts[count - 3 + i]];
            if (!TryReadTags(part, mustBeIdentifiers: i == 0, out tags[i]))
                return $"`{PythonText.Printable(part)}` is not a set of tags";
        }

        wheel = new WheelFileName(text.ToString(), PackageName.FromFileName(nameText), version, build, tags);
        return null;
    }

    /// <summary>Letters, digits, `_` and `.`, but no two `_` in a row: a run of separators is escaped to one.</summary>
    private static bool IsEscapedName(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsWordCharacter(name[i]) && name[i] != '.')
                return false;
            if (i > 0 && name[i] == '_' && name[i - 1] == '_')
                return false;
        }

        return !name.IsEmpty;
    }

    private static bool IsWordCharacter(char c) =>
        c == '_'
        || char.IsLetterOrDigit(c)
        || (
            !char.IsAscii(c)
            && char.GetUnicodeCategory(c) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
        );

    private static bool TryReadBuild(ReadOnlySpan<char> text, out BuildTag? build)
    {
        build = null;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        if (
            digits == 0
            || !ulong.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return false;
        }

        build = new BuildTag(number, text[digits..].ToString());
        return true;
    }

    private static bool TryReadTags(ReadOnlySpan<char> text, bool mustBeIdentifiers, out TagName[] names)
    {
        names = new TagName[text.Count('.') + 1];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var tag = text[range];
            if (tag.IsEmpty || (mustBeIdentifiers && !IsIdentifier(tag)))
                return false;
            names[count++] = NameOf(tag);
        }

        return true;
    }

    private static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!IsWordCharacter(c))
                return false;
        }

        return !char.IsDigit(text[0]);
    }

    private static TagName NameOf(ReadOnlySpan<char> tag)
    {
        if (!tag.ContainsAnyInRange('A', 'Z'))
            return TagName.Of(tag);
        return TagName.Of(tag.ToString().ToLowerInvariant());
    }
}
