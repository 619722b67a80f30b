using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>A wheel's WHEEL file (binary distribution format).</summary>
public sealed class WheelMetadata
{
    private WheelMetadata() { }

    /// <summary>The version of the wheel format (`1.0`); of several lines, the first.</summary>
    public required string WheelVersion { get; init; }

    /// <summary>What made the wheel.</summary>
    public string? Generator { get; private init; }

    /// <summary>Whether the wheel's root goes to `purelib`, not `platlib`.</summary>
    public bool RootIsPurelib { get; private init; }

    /// <summary>The wheel's expanded tags.</summary>
    public ImmutableArray<string> Tags { get; private init; } = [];

    /// <summary>The build, if the wheel's name has one.</summary>
    public string? Build { get; private init; }

    /// <summary>Set if the format is newer than 1.0 in its minor number: the wheel can be installed, but may ask for more.</summary>
    public Diagnostic? Warning { get; private init; }

    /// <summary>Parses the file; a missing or unsupported format version is an error.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out WheelMetadata? wheel,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        wheel = null;
        string? version = null;
        string? generator = null;
        string? build = null;
        string? purelib = null;
        var tags = ImmutableArray.CreateBuilder<string>();
        var reader = new HeaderReader(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        while (reader.MoveNext())
        {
            var value = Encoding.UTF8.GetString(reader.Value).Trim();
            if (reader.Is("Wheel-Version"u8))
                version ??= value;
            else if (reader.Is("Generator"u8))
                generator ??= value;
            else if (reader.Is("Root-Is-Purelib"u8))
                purelib ??= value;
            else if (reader.Is("Build"u8))
                build ??= value;
            else if (reader.Is("Tag"u8))
                tags.Add(value);
        }

        error = CheckVersion(version, out var warning);
        if (error is not null)
            return false;
        wheel = new WheelMetadata
        {
            WheelVersion = version!, // checked just now
            Generator = generator,
            RootIsPurelib = string.Equals(purelib, "true", StringComparison.OrdinalIgnoreCase),
            Tags = tags.DrainToImmutable(),
            Build = build,
            Warning = warning,
        };
        return true;
    }

    private static Diagnostic? CheckVersion(string? version, out Diagnostic? warning)
    {
        warning = null;
        if (version is null)
            return new Diagnostic("invalid-wheel", "the file `WHEEL` has no `Wheel-Version`");
        var shown = PythonText.Printable(version);
        Span<Range> parts = stackalloc Range[3];
        var count = version.AsSpan().Split(parts, '.');
        if (
            !int.TryParse(version.AsSpan(parts[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || (
                count > 1
                && !int.TryParse(version.AsSpan(parts[1]), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            )
        )
        {
            return new Diagnostic(
                "invalid-wheel",
                $"the `Wheel-Version` `{shown}` in the file `WHEEL` is not a version"
            );
        }

        if (major != 1)
        {
            return new Diagnostic(
                "unsupported-wheel",
                $"the `Wheel-Version` `{shown}` in the file `WHEEL` is not supported; only version 1 is"
            );
        }

        if (count > 1 && version.AsSpan(parts[1]).ContainsAnyExcept('0'))
        {
            warning = new Diagnostic(
                "newer-wheel",
                $"the `Wheel-Version` `{shown}` in the file `WHEEL` is newer than `1.0`"
            );
        }

        return null;
    }
}
