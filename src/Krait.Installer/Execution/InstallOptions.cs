namespace Krait.Installer.Execution;

/// <summary>How a plan is carried out.</summary>
public sealed record InstallOptions
{
    /// <summary>How files get from the cache into the environment.</summary>
    public LinkMode LinkMode { get; init; } = LinkMode.HardLink;

    /// <summary>Whether two packages that bring different files of one name are an error (`--strict-files`).</summary>
    public bool RequiresOwnFiles { get; init; }

    /// <summary>Whether modules are compiled to bytecode after the change.</summary>
    public bool CompilesBytecode { get; init; }
}
