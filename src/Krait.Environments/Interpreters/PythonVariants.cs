namespace Krait.Environments.Interpreters;

/// <summary>The builds of one version that a request can ask for.</summary>
[Flags]
public enum PythonVariants
{
    /// <summary>The usual build.</summary>
    None = 0,

    /// <summary>Without a global lock (`3.13t`, `3.13+freethreaded`).</summary>
    FreeThreaded = 1,

    /// <summary>With assertions and counters (`3.13d`, `3.13+debug`).</summary>
    Debug = 2,

    /// <summary>Expressly with a global lock (`3.14+gil`).</summary>
    Gil = 4,
}
