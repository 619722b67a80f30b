using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Packaging.Versions;

/// <summary>A part of a version to raise, or to set to a number: one use of `--bump`.</summary>
/// <param name="Part">The part.</param>
/// <param name="Number">The number to set it to; null raises it by one.</param>
public readonly record struct VersionBump(VersionPart Part, ulong? Number)
{
    /// <summary>The names of all parts.</summary>
    public static ImmutableArray<string> Names { get; } =
    ["major", "minor", "patch", "stable", "alpha", "beta", "rc", "post", "dev"];

    /// <summary>Reads `PART` or `PART=NUMBER`.</summary>
    public static bool TryParse(string text, out VersionBump bump, [NotNullWhen(false)] out Diagnostic? error)
    {
        bump = default;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        var part = Names.IndexOf(name.ToLowerInvariant());
        error = part < 0 ? Unknown(name) : null;
        if (error is not null)
            return false;
        ulong? number = null;
        if (equals >= 0)
        {
            if ((VersionPart)part is VersionPart.Stable)
            {
                error = Error("`stable` takes no number");
                return false;
            }

            if (
                !ulong.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            )
            {
                error = Error($"`{PythonText.Printable(text)}` sets `{name}` to something that is not a number");
                return false;
            }

            number = value;
        }

        bump = new VersionBump((VersionPart)part, number);
        return true;
    }

    /// <summary>The version after all bumps; without one there is an error that says what cannot be.</summary>
    public static Version? Apply(Version version, ImmutableArray<VersionBump> bumps, out Diagnostic? error)
    {
        error = CheckTogether(bumps);
        if (error is not null)
            return null;
        var raised = version;
        // The release first: it takes the parts behind it away.
        foreach (var bump in bumps.OrderBy(bump => bump.Part))
            raised = bump.Apply(raised);
        if (raised > version)
            return raised;
        error = Error($"{version} => {raised} does not increase the version") with { Hints = [Advice(version, bumps)] };
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Number is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{Names[(int)Part]}={number}")
            : Names[(int)Part];

    private Version Apply(Version version) =>
        Part switch
        {
            VersionPart.Major or VersionPart.Minor or VersionPart.Patch => Text(version, Release(version, (int)Part)),
            VersionPart.Stable => Text(version, version.Release.ToArray()),
            VersionPart.Alpha => Text(version, version.Release.ToArray(), pre: Next(version, PrereleaseKind.Alpha)),
            VersionPart.Beta => Text(version, version.Release.ToArray(), pre: Next(version, PrereleaseKind.Beta)),
            VersionPart.Rc => Text(version, version.Release.ToArray(), pre: Next(version, PrereleaseKind.Candidate)),
            VersionPart.Post => Text(
                version,
                version.Release.ToArray(),
                version.Pre,
                Number ?? ((version.Post ?? 0) + 1)
            ),
            _ => Text(
                version,
                version.Release.ToArray(),
                version.Pre,
                version.Post,
                Number ?? ((version.Dev ?? 0) + 1)
            ),
        };

    private Prerelease Next(Version version, PrereleaseKind kind) =>
        new(kind, Number ?? (version.Pre is { } pre && pre.Kind == kind ? pre.Number + 1 : 1));

    private ulong[] Release(Version version, int place)
    {
        var release = new ulong[Math.Max(version.ReleaseLength, place + 1)];
        for (var i = 0; i <= place; i++)
            release[i] = version.ReleaseAt(i);
        release[place] = Number ?? (release[place] + 1);
        return release;
    }

    private static Version Text(
        Version version,
        ulong[] release,
        Prerelease? pre = null,
        ulong? post = null,
        ulong? dev = null
    )
    {
        var epoch = version.Epoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{version.Epoch}!");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{epoch}{string.Join('.', release)}{(pre is { } p ? $"{p.Letter}{p.Number}" : "")}"
        );
        if (post is { } number)
            text += string.Create(CultureInfo.InvariantCulture, $".post{number}");
        if (dev is { } development)
            text += string.Create(CultureInfo.InvariantCulture, $".dev{development}");
        return Version.Parse(version.Local is { } local ? $"{text}+{local}" : text);
    }

    private static Diagnostic? CheckTogether(ImmutableArray<VersionBump> bumps)
    {
        var given = string.Join(", ", bumps);
        foreach (var bump in bumps)
        {
            if (bump.Part is VersionPart.Stable or VersionPart.Post && bumps.Length > 1)
            {
                var name = bump.Part.ToString().ToLowerInvariant();
                return Error($"`{name}` cannot be used with another: {given}");
            }
        }

        if (bumps.Count(bump => bump.Part <= VersionPart.Patch) > 1)
            return Error($"only one part of the release can be raised: {given}");
        if (bumps.Count(bump => bump.Part is VersionPart.Alpha or VersionPart.Beta or VersionPart.Rc) > 1)
            return Error($"only one kind of pre-release can be raised: {given}");
        return bumps.Count(bump => bump.Part is VersionPart.Dev) > 1
            ? Error($"the development release can be raised only once: {given}")
            : null;
    }

    private static Remedy Advice(Version version, ImmutableArray<VersionBump> bumps)
    {
        var raisesPre = bumps.Any(bump => bump.Part is VersionPart.Alpha or VersionPart.Beta or VersionPart.Rc);
        if (raisesPre && version.Pre is null && bumps.All(bump => bump.Part > VersionPart.Patch))
            return $"A pre-release comes before its release: raise the release as well, as in {Control.BumpBoth.With("minor beta")}";
        return bumps.Any(bump => bump.Part is VersionPart.Dev)
            ? Remedy.Of(
                $"A development release comes before its release: raise another part as well, as in {Control.BumpBoth.With("patch dev")}"
            )
            : Remedy.Of($"To set a lower version, write it out: {Control.SetVersion.With("VERSION")}");
    }

    private static Diagnostic Unknown(string name) =>
        Error($"`{PythonText.Printable(name)}` is not a part of a version that can be raised") with
        {
            Hints = [$"Use one of: {string.Join(", ", Names)}"],
        };

    private static Diagnostic Error(string message) => new("invalid-bump", message);
}

/// <summary>The parts of a version that can be raised, in the order in which they are.</summary>
public enum VersionPart
{
    /// <summary>The first number of the release.</summary>
    Major,

    /// <summary>The second number.</summary>
    Minor,

    /// <summary>The third number.</summary>
    Patch,

    /// <summary>The release itself: what marks a pre-, post- or development release goes.</summary>
    Stable,

    /// <summary>The alpha release.</summary>
    Alpha,

    /// <summary>The beta release.</summary>
    Beta,

    /// <summary>The release candidate.</summary>
    Rc,

    /// <summary>The post-release.</summary>
    Post,

    /// <summary>The development release.</summary>
    Dev,
}
