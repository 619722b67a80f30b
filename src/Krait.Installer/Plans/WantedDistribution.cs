using Krait.Packaging.Names;

namespace Krait.Installer.Plans;

/// <summary>A distribution that an environment is to have.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
public sealed record WantedDistribution(PackageName Name, Version Version)
{
    /// <summary>The direct_url.json (PEP 610) to write; null for a file from an index.</summary>
    public byte[]? DirectUrl { get; init; }

    /// <summary>The state of the folder that it was built of, which is written down: another one is another source. Null where nothing can change unnoticed.</summary>
    public string? Stamp { get; init; }

    /// <summary>Whether the user asked for it by name, which REQUESTED records.</summary>
    public bool IsRequested { get; init; }

    /// <summary>`flask==3.0.0`.</summary>
    public override string ToString() => $"{Name}=={Version}";
}
