using System.Collections.Immutable;
using System.Globalization;
using Krait.Environments.Interpreters;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Layouts;

/// <summary>A place that packages are installed into, and the interpreter that runs them.</summary>
public sealed class PythonEnvironment
{
    private PythonEnvironment(
        EnvironmentLayout layout,
        Interpreter interpreter,
        string executable,
        VenvConfiguration? configuration
    )
    {
        Layout = layout;
        Interpreter = interpreter;
        Executable = executable;
        Configuration = configuration;
    }

    /// <summary>The environment's folder (`sys.prefix`).</summary>
    public string Root => Layout.Root;

    /// <summary>Where packages go.</summary>
    public EnvironmentLayout Layout { get; }

    /// <summary>The interpreter behind it, links resolved.</summary>
    public Interpreter Interpreter { get; }

    /// <summary>The interpreter as programs of this environment start it; not resolved.</summary>
    public string Executable { get; }

    /// <summary>Its `pyvenv.cfg`; null when it is no virtual environment.</summary>
    public VenvConfiguration? Configuration { get; }

    /// <summary>Whether it is a virtual environment.</summary>
    public bool IsVirtual => Configuration is not null;

    /// <summary>Whether it is any other folder (`--target`, `--prefix`, `--root`), which shares no packages with its interpreter.</summary>
    public bool IsPlace { get; private init; }

    /// <summary>Whether Krait made it; only then are packages removed that nobody listed (pip, setuptools).</summary>
    public bool IsCreatedByKrait => Configuration?.KraitVersion is not null;

    /// <summary>Whether its programs must find the interpreter relative to themselves.</summary>
    public bool IsRelocatable => Configuration?.IsRelocatable ?? false;

    /// <summary>Folders whose packages can be imported but do not belong to it (`--system-site-packages`).</summary>
    public ImmutableArray<string> InheritedSitePackages =>
        Configuration is { IncludesSystemPackages: true } ? Interpreter.SitePackages : [];

    /// <summary>The folder that is locked while the environment is changed, and holds what a change needs while it runs: on the packages' own file system.</summary>
    public string StateFolder => IsVirtual ? Root : Layout.SitePackages;

    /// <summary>A virtual environment with known parts.</summary>
    public static PythonEnvironment Virtual(string root, Interpreter interpreter, VenvConfiguration configuration) =>
        new(
            new EnvironmentLayout(root, interpreter.PathsOfEnvironment(root)),
            interpreter,
            Path.Join(interpreter.PathsOfEnvironment(root).Scripts, "python"),
            configuration
        );

    /// <summary>The place where an interpreter installs without a virtual environment.</summary>
    public static PythonEnvironment System(Interpreter interpreter) =>
        new(
            new EnvironmentLayout(interpreter.SystemPaths.Data, interpreter.SystemPaths),
            interpreter,
            interpreter.Executable,
            configuration: null
        );

    /// <summary>Any other place (`--target`, `--prefix`, `--user`) for the packages of an interpreter.</summary>
    public static PythonEnvironment At(EnvironmentLayout layout, Interpreter interpreter) =>
        At(layout, interpreter, interpreter.Executable);

    /// <summary>Any other place whose programs are started by another path of the interpreter.</summary>
    public static PythonEnvironment At(EnvironmentLayout layout, Interpreter interpreter, string executable) =>
        new(layout, interpreter, executable, configuration: null) { IsPlace = true };

    /// <summary>Opens the virtual environment in a folder.</summary>
    /// <exception cref="InterpreterException">Its interpreter is missing or does not work.</exception>
    /// <exception cref="KraitException">The folder is no virtual environment (unusable input).</exception>
    public static async Task<PythonEnvironment> OpenAsync(
        string root,
        InterpreterProbe probe,
        CancellationToken cancellationToken
    )
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var configuration = VenvConfiguration.TryRead(full) ?? throw NoEnvironment(full);
        var interpreter = await probe.ProbeAsync(ExecutableIn(full), cancellationToken);
        return Virtual(full, interpreter, configuration);
    }

    /// <summary>
    /// What changed below a virtual environment since it was made, so that it has to be made again: its interpreter's version; null
    /// when it fits.
    /// </summary>
    public Diagnostic? FindMismatch()
    {
        if (Configuration?.PythonVersion is not { } recorded)
            return null;
        var numbers = recorded.Split('.');
        var current = new[] { Interpreter.Major, Interpreter.Minor, Interpreter.Micro };
        for (var index = 0; index < Math.Min(3, numbers.Length); index++)
        {
            // A pre-release or local part follows the number that it belongs to.
            var digits = numbers[index].AsSpan();
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            var isSame =
                int.TryParse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture, out var number)
                && number == current[index];
            if (!isSame)
            {
                return new Diagnostic(
                    "environment-outdated",
                    $"the environment `{Root}` was created for Python {recorded}, but its interpreter is now {Interpreter.Version}"
                );
            }
        }

        return null;
    }

    /// <summary>
    /// The interpreter's path in a virtual environment, whatever its platform, or in an installation, which may have no `python` (`/usr` of
    /// Debian).
    /// </summary>
    public static string ExecutableIn(string root)
    {
        foreach (var place in (ReadOnlySpan<string>)["bin/python", "bin/python3", "Scripts/python.exe"])
        {
            var path = Path.Join(root, place);
            if (FileStatus.Exists(path, followLinks: false))
                return path;
        }

        return Path.Join(root, "bin", "python");
    }

    private static KraitException NoEnvironment(string root) =>
        new(
            new Diagnostic("environment-missing", $"`{root}` is not a virtual environment")
            {
                Hints = [$"Create one with {Control.CreateEnvironment}"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
