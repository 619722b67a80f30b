using Krait.Packaging.Text;

namespace Krait.Health.Doctor;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Code">What it is, in a word that programs find.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">One sentence, no final period.</param>
public sealed record Damage(string Code, DamageSeverity Severity, string Message)
{
    /// <summary>The package that it is about; null for the environment itself.</summary>
    public string? Package { get; init; }

    /// <summary>The file or folder that it is about; null where it is about none.</summary>
    public string? Path { get; init; }

    /// <summary>Whether <see cref="Path"/> is in the way of the file that belongs there.</summary>
    public bool IsInTheWay { get; init; }

    /// <summary>How it can be put right.</summary>
    public DamageRepair Repair { get; init; }

    /// <summary>What somebody has to do where nothing can be put right without them.</summary>
    public Remedy? Hint { get; init; }

    /// <summary>The requirement that is missing, for a repair that installs it.</summary>
    public string? Requirement { get; init; }
}

/// <summary>How bad something is.</summary>
public enum DamageSeverity
{
    /// <summary>Untidy, and without effect.</summary>
    Note,

    /// <summary>It may have an effect.</summary>
    Warning,

    /// <summary>Something does not work, or is not what it says it is.</summary>
    Error,
}

/// <summary>How something can be put right.</summary>
public enum DamageRepair
{
    /// <summary>Only by somebody who decides.</summary>
    None,

    /// <summary>By installing the package again, in the same version.</summary>
    Reinstall,

    /// <summary>By installing what is missing.</summary>
    Install,

    /// <summary>By writing the environment's own files again.</summary>
    Environment,

    /// <summary>By removing what was left behind.</summary>
    Remove,

    /// <summary>By making a file executable again.</summary>
    Executable,
}
