namespace Krait.Packaging.Text;

/// <summary>
/// What a person can set or run. A library that recommends one names it by this value; what it is called (an option, a variable, a command,
/// a key of a settings file) is for each front end to know.
/// </summary>
public enum ControlKind
{
    /// <summary>Nothing but the cache is used.</summary>
    Offline,

    /// <summary>What the cache holds is asked for again.</summary>
    Refresh,

    /// <summary>The proxies of the environment are ignored.</summary>
    NoProxyVariables,

    /// <summary>How long a server may stay silent.</summary>
    ResponseTimeout,

    /// <summary>The file of the certificate authorities that are trusted.</summary>
    CertificateFile,

    /// <summary>How stored credentials are looked up.</summary>
    KeyringProvider,

    /// <summary>A host whose certificate is not verified.</summary>
    TrustedHost,

    /// <summary>A directory of files to choose from.</summary>
    FindLinks,

    /// <summary>Where the cache is.</summary>
    CacheDirectory,

    /// <summary>Where the cache is, as a variable.</summary>
    CacheDirectoryVariable,

    /// <summary>Removes what nobody needs from the cache.</summary>
    CachePrune,

    /// <summary>How long other processes are waited for.</summary>
    LockTimeout,

    /// <summary>Hashes are written next to the pins.</summary>
    GenerateHashes,

    /// <summary>Writes pins with hashes.</summary>
    CompileWithHashes,

    /// <summary>The format of what is written.</summary>
    OutputFormat,

    /// <summary>An extra of a project.</summary>
    Extra,

    /// <summary>A dependency group of a project.</summary>
    Group,

    /// <summary>The requirements that a script states of itself.</summary>
    RequirementsFromScript,

    /// <summary>A package is resolved without its stated source.</summary>
    NoSourcesPackage,

    /// <summary>Nothing is built from source.</summary>
    NoBuild,

    /// <summary>Only wheels of a package are used.</summary>
    OnlyBinary,

    /// <summary>No wheels of a package are used.</summary>
    NoBinary,

    /// <summary>Builds run in the environment.</summary>
    NoBuildIsolation,

    /// <summary>A package is built in the environment.</summary>
    NoBuildIsolationPackage,

    /// <summary>A file that limits what builds install.</summary>
    BuildConstraints,

    /// <summary>How many builds run at once.</summary>
    ConcurrentBuilds,

    /// <summary>A project is installed in place.</summary>
    Editable,

    /// <summary>What happens to a directory that is in the way.</summary>
    ExistsAction,

    /// <summary>How files get into an environment.</summary>
    LinkMode,

    /// <summary>The interpreter or environment.</summary>
    Python,

    /// <summary>The version of Python that is aimed at.</summary>
    PythonVersion,

    /// <summary>The platform that is aimed at.</summary>
    PythonPlatform,

    /// <summary>An interpreter outside of virtual environments is used.</summary>
    System,

    /// <summary>The active environment is used for a project.</summary>
    Active,

    /// <summary>What is at the place of a new environment is removed.</summary>
    Clear,

    /// <summary>Even a directory that is not an environment is removed.</summary>
    ClearForce,

    /// <summary>A new environment is added to what is there.</summary>
    AllowExisting,

    /// <summary>A file of variables for a program.</summary>
    EnvironmentFile,

    /// <summary>Raises two parts of a version; their names are the argument.</summary>
    BumpBoth,

    /// <summary>Makes a virtual environment.</summary>
    CreateEnvironment,

    /// <summary>Makes a virtual environment with an interpreter.</summary>
    CreateEnvironmentFor,

    /// <summary>Installs a package again.</summary>
    Reinstall,

    /// <summary>Installs newer versions of packages.</summary>
    Upgrade,

    /// <summary>Installs a newer version of one package.</summary>
    UpgradePackage,

    /// <summary>Removes packages.</summary>
    Uninstall,

    /// <summary>Makes an environment equal to a list of pins.</summary>
    Synchronize,

    /// <summary>Makes a project.</summary>
    Initialize,

    /// <summary>Adds a requirement to a project.</summary>
    Add,

    /// <summary>Adds a directory to a project, to be installed in place.</summary>
    AddEditable,

    /// <summary>Locks a project.</summary>
    Lock,

    /// <summary>Locks a script.</summary>
    LockScript,

    /// <summary>Runs a program in the environment of a project.</summary>
    Run,

    /// <summary>Sets the version of a project.</summary>
    SetVersion,

    /// <summary>Reads a project of another tool.</summary>
    Import,

    /// <summary>Writes the lock of a `Pipfile`.</summary>
    LockPipenv,

    /// <summary>Packs a lock with all its files.</summary>
    PackBundle,

    /// <summary>Puts right what is damaged in the store of a server.</summary>
    RepairStore,

    /// <summary>Puts right what is damaged in an environment.</summary>
    RepairEnvironment,
}
