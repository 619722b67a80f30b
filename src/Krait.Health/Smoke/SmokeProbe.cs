namespace Krait.Health.Smoke;

/// <summary>One thing that a smoke check does.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Target">What it is done to: a module, an entry point, or a command.</param>
public sealed record SmokeProbe(SmokeProbeKind Kind, string Target)
{
    /// <summary>The module that is imported; null for a command.</summary>
    public string? Module { get; init; }

    /// <summary>The path of attributes in the module, for an entry point.</summary>
    public string? Attribute { get; init; }

    /// <summary>The group of an entry point; null for others.</summary>
    public string? Group { get; init; }

    /// <summary>`import yaml`, `entry point console_scripts:flask`, `flask --version`.</summary>
    public override string ToString() =>
        Kind switch
        {
            SmokeProbeKind.Import => $"import {Target}",
            SmokeProbeKind.EntryPoint => $"entry point {Target}",
            _ => Target,
        };
}

/// <summary>What a probe is.</summary>
public enum SmokeProbeKind
{
    /// <summary>A module is imported.</summary>
    Import,

    /// <summary>The object behind an entry point is loaded.</summary>
    EntryPoint,

    /// <summary>A program is run.</summary>
    Command,
}
