using System.Collections.Immutable;
using Krait.Packaging.Tags;

namespace Krait.Projects.Targets;

/// <summary>What a user says about the machine that packages are chosen for; what is not said is as it is here.</summary>
public sealed record TargetOptions
{
    /// <summary>Another version of Python (`3.12`, `3.12.1`, pip's `312`); null for the interpreter's own.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Another platform by its name (`linux`, `aarch64-apple-darwin`); null for the interpreter's own.</summary>
    public string? Platform { get; init; }

    /// <summary>Platform tags, as pip takes them (`manylinux2014_x86_64`); empty for the platform's own.</summary>
    public ImmutableArray<string> PlatformTags { get; init; } = [];

    /// <summary>ABI tags; empty for those of the Python version.</summary>
    public ImmutableArray<string> Abis { get; init; } = [];

    /// <summary>The implementation of Python as tags abbreviate it (`cp`, `pp`, `py`); null for the interpreter's own.</summary>
    public string? Implementation { get; init; }

    /// <summary>The oldest systems to support, where the platform's name does not say.</summary>
    public TargetLimits Limits { get; init; } = TargetLimits.Default;

    /// <summary>Whether anything is said.</summary>
    public bool IsEmpty =>
        PythonVersion is null && Platform is null && PlatformTags.IsEmpty && Abis.IsEmpty && Implementation is null;
}
