using Krait.Archives;
using Krait.Build.Hooks;
using Krait.Packaging.Text;

namespace Krait.Build.Failures;

/// <summary>Looks for the cause of a failed build in what it wrote.</summary>
internal static class CauseSearch
{
    /// <summary>The first cause that is recognized; null where none is.</summary>
    /// <param name="log">What the build wrote.</param>
    /// <param name="outcome">How its hook ended.</param>
    /// <param name="project">The project's name for hints.</param>
    /// <param name="python">The version of Python.</param>
    public static KnownCause? Find(string log, HookOutcome outcome, string project, string python)
    {
        var context = new CauseContext(log, project, python);
        if (outcome is HookOutcome.Killed { Signal: 9 })
            return CauseContext.OutOfMemory();
        return context.FindMachine() ?? context.FindPython() ?? context.FindModule();
    }
}

/// <summary>The output of a failed build, and the questions that it is asked.</summary>
/// <param name="log">What the build wrote.</param>
/// <param name="project">The project's name.</param>
/// <param name="python">The version of Python.</param>
internal sealed class CauseContext(string log, string project, string python)
{
    private static readonly string[] Compilers =
    [
        "gcc",
        "cc",
        "clang",
        "g++",
        "c++",
        "clang++",
        "x86_64-linux-gnu-gcc",
        "aarch64-linux-gnu-gcc",
        "x86_64-linux-gnu-g++",
    ];

    /// <summary>Packages of Debian and of Fedora that bring a header.</summary>
    private static readonly (string Header, string Packages)[] Headers =
    [
        ("Python.h", "python3-dev (Debian, Ubuntu) or python3-devel (Fedora)"),
        ("ffi.h", "libffi-dev or libffi-devel"),
        ("openssl/", "libssl-dev or openssl-devel"),
        ("libxml/", "libxml2-dev or libxml2-devel"),
        ("libxslt/", "libxslt1-dev or libxslt-devel"),
        ("libpq-fe.h", "libpq-dev or libpq-devel"),
        ("mysql.h", "default-libmysqlclient-dev or mysql-devel"),
        ("sqlite3.h", "libsqlite3-dev or sqlite-devel"),
        ("zlib.h", "zlib1g-dev or zlib-devel"),
        ("jpeglib.h", "libjpeg-dev or libjpeg-turbo-devel"),
        ("lber.h", "libldap2-dev or openldap-devel"),
        ("ldap.h", "libldap2-dev or openldap-devel"),
        ("sasl/", "libsasl2-dev or cyrus-sasl-devel"),
        ("gmp.h", "libgmp-dev or gmp-devel"),
        ("mpfr.h", "libmpfr-dev or mpfr-devel"),
        ("cairo.h", "libcairo2-dev or cairo-devel"),
        ("curl/", "libcurl4-openssl-dev or libcurl-devel"),
        ("yaml.h", "libyaml-dev or libyaml-devel"),
        ("bzlib.h", "libbz2-dev or bzip2-devel"),
        ("lzma.h", "liblzma-dev or xz-devel"),
        ("magic.h", "libmagic-dev or file-devel"),
        ("portaudio.h", "portaudio19-dev or portaudio-devel"),
        ("snappy-c.h", "libsnappy-dev or snappy-devel"),
        ("krb5.h", "libkrb5-dev or krb5-devel"),
        ("gssapi/", "libkrb5-dev or krb5-devel"),
        ("hdf5.h", "libhdf5-dev or hdf5-devel"),
        ("sql.h", "unixodbc-dev or unixODBC-devel"),
    ];

    /// <summary>The system ended the build, which it does when memory runs out.</summary>
    public static KnownCause OutOfMemory() =>
        new(
            "out-of-memory",
            "the system killed the build, probably because it ran out of memory",
            $"Build fewer packages at once with {Control.ConcurrentBuilds.With("1")}, or give the machine more memory",
            IsOfMachine: true
        );

    /// <summary>Something that this machine lacks.</summary>
    public KnownCause? FindMachine()
    {
        if (Has("No space left on device"))
        {
            return Missing(
                "disk-full",
                "the disk is full",
                "Free some space, or set `TMPDIR` to a directory with more of it"
            );
        }

        if (
            HasAny(
                "can't find Rust compiler",
                "Cargo, the Rust package manager, is not installed",
                "error: rustc is not installed",
                "cargo: not found",
                "cargo: command not found",
                "failed to execute command: No such file or directory (os error 2)\ncargo"
            )
        )
        {
            return Missing(
                "no-rust",
                "a Rust toolchain is missing",
                "Install Rust from https://rustup.rs, and run the command again"
            );
        }

        return FindCompiler() ?? FindHeader() ?? FindProgram() ?? FindLibrary();
    }

    /// <summary>What is too new or too old: Python, or setuptools.</summary>
#pragma warning disable MA0051 // A table of causes with their words: it reads best in one piece.
    public KnownCause? FindPython()
#pragma warning restore MA0051
    {
        if (Has("No module named 'distutils'"))
        {
            return ForPython(
                "no-distutils",
                $"it needs `distutils`, which was removed in Python 3.12 (this is {python})",
                "3.11"
            );
        }

        if (
            Has("longintrepr.h")
            || HasAny(
                "has no member named 'ob_digit'",
                "has no member named ‘ob_digit’",
                "‘PyThreadState’ {aka ‘struct _ts’} has no member",
                "use of undeclared identifier '_PyLong_AsByteArray'"
            )
        )
        {
            return ForPython(
                "python-too-new",
                $"its C code uses parts of Python that version {python} no longer has",
                "3.10"
            );
        }

        if (
            HasAny(
                "module 'pkgutil' has no attribute 'ImpImporter'",
                "module 'inspect' has no attribute 'getargspec'",
                "module 'collections' has no attribute 'MutableMapping'",
                "cannot import name 'Mapping' from 'collections'",
                "module 'configparser' has no attribute 'SafeConfigParser'"
            )
        )
        {
            return ForPython(
                "python-too-new",
                $"its build uses parts of Python that version {python} no longer has",
                "3.11"
            );
        }

        if (
            HasAny(
                "Missing parentheses in call to 'print'",
                "No module named 'ConfigParser'",
                "No module named 'urllib2'",
                "No module named '__builtin__'",
                "except Exception, e"
            )
        )
        {
            return new KnownCause("python-2", "it is written for Python 2", $"Choose a newer version of {project}");
        }

        if (
            HasAny(
                "requires a different Python",
                "Python version not supported",
                "requires Python '",
                "Cannot install on Python version",
                "This package requires Python"
            )
        )
        {
            return new KnownCause(
                "wrong-python",
                $"it does not support Python {python}",
                $"Choose another version of {project}, or another Python with {Control.Python}"
            );
        }

        return FindSetuptools();
    }

    /// <summary>A module that the project's build imports but does not require.</summary>
    public KnownCause? FindModule()
    {
        const string Marker = "No module named '";
        var at = log.LastIndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var rest = log[(at + Marker.Length)..];
        var end = rest.IndexOf('\'', StringComparison.Ordinal);
        if (end <= 0)
            return null;
        var module = SafeText.Escape(rest[..end].Split('.')[0]);
        return new KnownCause(
            "undeclared-build-dependency",
            $"its build imports `{module}`, which it does not list in its build requirements",
            $"Add it with `[tool.krait.extra-build-dependencies]` {project} = [\"{module}\"], or install it first and pass {Control.NoBuildIsolationPackage.With(project)}"
        );
    }

    private KnownCause? FindSetuptools()
    {
        if (Has("use_2to3 is invalid"))
            return TooNewSetuptools("use-2to3", "it uses `use_2to3`, which setuptools removed in version 58", "58");
        if (Has("No module named 'pkg_resources'"))
        {
            return TooNewSetuptools(
                "no-pkg-resources",
                "it needs `pkg_resources`, which setuptools removed in version 82",
                "82"
            );
        }

        if (HasAny("cannot import name 'Feature' from 'setuptools'", "cannot import name 'Feature'"))
        {
            return TooNewSetuptools(
                "setuptools-too-new",
                "it uses `Feature`, which setuptools removed in version 46",
                "46"
            );
        }

        if (HasAny("Invalid dash-separated key", "InvalidConfigError"))
        {
            return TooNewSetuptools(
                "setuptools-too-new",
                "its setup.cfg is written for older versions of setuptools",
                "78"
            );
        }

        if (HasAny("No module named 'setuptools.command.test'", "module 'setuptools.command' has no attribute 'test'"))
        {
            return TooNewSetuptools(
                "setuptools-too-new",
                "it uses `setup.py test`, which setuptools removed in version 72",
                "72"
            );
        }

        return HasAny(
            "AttributeError: install_layout",
            "module 'setuptools' has no attribute",
            "cannot import name 'convert_path' from 'setuptools"
        )
            ? TooNewSetuptools(
                "setuptools-too-new",
                "it uses parts of setuptools that newer versions no longer have",
                "60"
            )
            : null;
    }

    private KnownCause? FindCompiler()
    {
        foreach (var compiler in Compilers)
        {
            var isMissing =
                HasAny(
                    $"command '{compiler}' failed: No such file or directory",
                    $"unable to execute '{compiler}': No such file or directory",
                    $"{compiler}: command not found",
                    $"{compiler}: not found"
                ) || (Has($"No such file or directory: '{compiler}'") && Has("FileNotFoundError"));
            if (isMissing)
                return NoCompiler();
        }

        if (
            HasAny(
                "No CMAKE_C_COMPILER could be found",
                "No CMAKE_CXX_COMPILER could be found",
                "C compiler cannot create executables",
                "no acceptable C compiler found",
                "ERROR: Unknown compiler(s): [['cc'"
            )
        )
        {
            return NoCompiler();
        }

        return HasAny(
            "Unknown compiler(s): [['gfortran'",
            "no Fortran compiler found",
            "No Fortran compiler found",
            "CMAKE_Fortran_COMPILER"
        )
            ? Missing(
                "no-fortran",
                "a Fortran compiler is missing",
                "Install gfortran with the package manager of your system, and run the command again"
            )
            : null;
    }

    private static KnownCause NoCompiler() =>
        Missing(
            "no-compiler",
            "a C compiler is missing",
            "Install one, with `apt install build-essential` or `dnf install gcc` for example, and run the command again"
        );

    private KnownCause? FindHeader()
    {
        foreach (var line in log.Split('\n'))
        {
            // gcc: `a.c:1:10: fatal error: ffi.h: No such file or directory`; clang: `'ffi.h' file not found`.
            var at = line.IndexOf("fatal error: ", StringComparison.Ordinal);
            if (at < 0)
                continue;
            var rest = line[(at + "fatal error: ".Length)..].Trim().TrimStart('\'');
            var end = rest.IndexOf(".h", StringComparison.Ordinal);
            if (
                end < 0
                || !(
                    rest.Contains("No such file", StringComparison.Ordinal)
                    || rest.Contains("file not found", StringComparison.Ordinal)
                )
            )
            {
                continue;
            }

            var header = rest[..(end + 2)];
            if (header is "longintrepr.h")
                continue;
            var packages = Headers
                .FirstOrDefault(known => header.StartsWith(known.Header, StringComparison.Ordinal))
                .Packages;
            return Missing(
                "no-header",
                $"the header file `{SafeText.Escape(header)}` is missing",
                packages is null
                    ? $"Install the development package that has `{SafeText.Escape(header)}`, and run the command again"
                    : $"Install {packages}, and run the command again"
            );
        }

        return null;
    }

    private KnownCause? FindProgram()
    {
        (string Text, string Program, string Package)[] programs =
        [
            ("pg_config executable not found", "pg_config", "libpq-dev or libpq-devel"),
            ("mysql_config: not found", "mysql_config", "default-libmysqlclient-dev or mysql-devel"),
            ("Can not find valid pkg-config name", "pkg-config", "pkg-config and default-libmysqlclient-dev"),
            ("Did not find CMake", "cmake", "cmake"),
            ("CMake must be installed", "cmake", "cmake"),
            ("Could not find cmake executable", "cmake", "cmake"),
            ("cmake: command not found", "cmake", "cmake"),
            ("No such file or directory: 'cmake'", "cmake", "cmake"),
            ("No such file or directory: 'ninja'", "ninja", "ninja-build"),
            ("Could not detect Ninja", "ninja", "ninja-build"),
            ("No such file or directory: 'git'", "git", "git"),
            ("No such file or directory: 'swig'", "swig", "swig"),
            ("command 'swig' failed: No such file", "swig", "swig"),
            ("pkg-config: command not found", "pkg-config", "pkg-config"),
            ("No such file or directory: 'pkg-config'", "pkg-config", "pkg-config"),
            ("No such file or directory: 'llvm-config'", "llvm-config", "llvm-dev or llvm-devel"),
            ("make: command not found", "make", "make"),
            ("No such file or directory: 'make'", "make", "make"),
        ];
        foreach (var (text, program, package) in programs)
        {
            if (Has(text))
            {
                return Missing(
                    "no-program",
                    $"the program `{program}` is missing",
                    $"Install {package}, and run the command again"
                );
            }
        }

        return HasAny("setuptools-scm was unable to detect version", "setuptools_scm was unable to detect version")
            ? new KnownCause(
                "no-vcs-version",
                "its version comes from its Git history, which is not available",
                "Build from a full checkout, or set `SETUPTOOLS_SCM_PRETEND_VERSION` to the version"
            )
            : null;
    }

    private KnownCause? FindLibrary()
    {
        const string Marker = "cannot find -l";
        var at = log.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var name = new string([
            .. log.Skip(at + Marker.Length).TakeWhile(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '+'),
        ]).TrimEnd('.');
        return Missing(
            "no-library",
            $"the library `{name}` is missing",
            $"Install the development package of `{name}`, and run the command again"
        );
    }

    private KnownCause ForPython(string code, string explanation, string last) =>
        new(
            code,
            explanation,
            $"Choose a newer version of {project}, or an older Python with {Control.Python.With(last)}"
        );

    private KnownCause TooNewSetuptools(string code, string explanation, string first) =>
        new(
            code,
            explanation,
            $"Choose a newer version of {project}, or limit setuptools with {Control.BuildConstraints.With("FILE")} and a line `setuptools<{first}`"
        );

    private static KnownCause Missing(string code, string explanation, Remedy hint) =>
        new(code, explanation, hint, IsOfMachine: true);

    private bool Has(string text) => log.Contains(text, StringComparison.Ordinal);

    private bool HasAny(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (Has(text))
                return true;
        }

        return false;
    }
}
