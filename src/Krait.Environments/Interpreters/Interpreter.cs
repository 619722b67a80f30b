using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;
using Krait.Platform.Files;

namespace Krait.Environments.Interpreters;

/// <summary>A Python interpreter and what it said about itself when it was probed.</summary>
public sealed class Interpreter
{
    private readonly InterpreterFacts facts;
    private MarkerEnvironment? markers;
    private TagSet? tags;

    internal Interpreter(string executable, InterpreterFacts facts)
    {
        Executable = executable;
        this.facts = facts;
        if (!Version.TryParse(facts.Markers["python_full_version"], out var version, out _))
            version = Version.Parse($"{facts.Major}.{facts.Minor}.{facts.Micro}");
        Version = version;
    }

    /// <summary>The program's path, with symbolic links resolved.</summary>
    public string Executable { get; }

    /// <summary>Its full version (`3.13.0rc1`); builds with a local suffix that is no version give their release.</summary>
    public Version Version { get; }

    /// <summary>`sys.version` in one line: the version with when and how it was built, which differs between builds of one version.</summary>
    public string Build => string.Join(' ', facts.Build.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The first number of its version.</summary>
    public int Major => facts.Major;

    /// <summary>The second number of its version.</summary>
    public int Minor => facts.Minor;

    /// <summary>The third number of its version.</summary>
    public int Micro => facts.Micro;

    /// <summary>`cpython`, `pypy`, …</summary>
    public string Implementation => facts.Markers["implementation_name"];

    /// <summary>The values of the environment markers (PEP 508), by name.</summary>
    public ImmutableDictionary<string, string> MarkerValues => facts.Markers;

    /// <summary>The environment that markers are evaluated in.</summary>
    public MarkerEnvironment Markers => markers ??= MarkerEnvironment.FromDictionary(facts.Markers);

    /// <summary>The tags of the wheels that it can load.</summary>
    public TagSet Tags => tags ??= InterpreterTags.Of(facts);

    /// <summary>Where it is installed.</summary>
    public string Prefix => facts.Prefix;

    /// <summary>Where the interpreter behind it is installed; differs from <see cref="Prefix"/> for copies in environments.</summary>
    public string BasePrefix => facts.BasePrefix;

    /// <summary>The folder of its standard library.</summary>
    public string StandardLibrary => facts.StandardLibrary;

    /// <summary>Where it installs without an environment.</summary>
    public SchemePaths SystemPaths => facts.System;

    /// <summary>The folders that it imports installed modules from.</summary>
    public ImmutableArray<string> SitePackages => facts.SitePackages;

    /// <summary>The part of a bytecode file's name that stands for it (`cpython-312`).</summary>
    public string? CacheTag => facts.CacheTag;

    /// <summary>The name of its binary interface, from the names of its extension modules.</summary>
    public string? Soabi => facts.Soabi;

    /// <summary>The ending of its extension modules (`.cpython-312-x86_64-linux-gnu.so`).</summary>
    public string? ExtensionSuffix => facts.ExtensionSuffix;

    /// <summary>`sys.abiflags`.</summary>
    public string AbiFlags => facts.AbiFlags;

    /// <summary>Whether it was built without a global lock (`3.13t`).</summary>
    public bool IsGilDisabled => facts.IsGilDisabled;

    /// <summary>Whether it is a debug build.</summary>
    public bool IsDebug => facts.IsDebug;

    /// <summary>8 or 4 bytes.</summary>
    public int PointerSize => facts.PointerSize;

    /// <summary>`sysconfig.get_platform()`: `linux-x86_64`.</summary>
    public string Platform => facts.Platform;

    /// <summary>The version of macOS it runs on, else empty.</summary>
    public string MacVersion => facts.MacVersion;

    /// <summary>`glibc` or `musl` on Linux, when it can be told.</summary>
    public string? LibcName => facts.LibcName;

    /// <summary>The C library's version (`2.36`).</summary>
    public string? LibcVersion => facts.LibcVersion;

    /// <summary>The file that marks its installation as somebody else's (EXTERNALLY-MANAGED), when it exists now.</summary>
    public string? ExternallyManagedFile
    {
        get
        {
            var path = Path.Join(StandardLibrary, "EXTERNALLY-MANAGED");
            return FileStatus.Exists(path, followLinks: true) ? path : null;
        }
    }

    /// <summary>Where a virtual environment of this interpreter installs.</summary>
    public SchemePaths PathsOfEnvironment(string root) => facts.Virtual.Under(ProbeScript.Root, root);

    /// <summary>Where it installs for one user; null when it has no such scheme.</summary>
    public SchemePaths? PathsOfUser(string userBase) => facts.User?.Under(ProbeScript.UserRoot, userBase);

    /// <summary>`cpython 3.12.1 at /usr/bin/python3.12`.</summary>
    public override string ToString() => $"{Implementation} {Version} at `{Executable}`";
}
