using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Caching;

namespace Krait.Cli.Runs;

/// <summary>Finds the environment that a command works on, from its options and the variables.</summary>
internal static class EnvironmentAccess
{
    /// <summary>The options that send packages elsewhere than into an environment.</summary>
    private static readonly Option[] Places = [PipOptions.Target, PipOptions.Prefix, PipOptions.Root];

    /// <summary>The environment that a command looks into: that of `--python`, the active one, or the project's.</summary>
    /// <exception cref="KraitException">There is none, or the request cannot be read (unusable input).</exception>
    public static Task<PythonEnvironment> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        CancellationToken cancellationToken
    ) =>
        FindAsync(
            context,
            arguments,
            cache,
            arguments.Value(PipOptions.Python),
            UseOfSystem(arguments, changes: false),
            cancellationToken
        );

    /// <summary>The environment that a command looks into: that of an interpreter, the active one, or the project's.</summary>
    /// <exception cref="KraitException">There is none, or the request cannot be read (unusable input).</exception>
    public static Task<PythonEnvironment> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        string? python,
        CancellationToken cancellationToken
    ) => FindAsync(context, arguments, cache, python, UseOfSystem(arguments, changes: false), cancellationToken);

    /// <summary>The environment that a command changes; says which one it is, unless it is the obvious one.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="cache">Where what interpreters say of themselves is kept.</param>
    /// <param name="python">What names or describes the environment; null takes the active one, or the project's.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">There is none, or it must not be changed.</exception>
    public static async Task<PythonEnvironment> FindToChangeAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        string? python,
        CancellationToken cancellationToken
    )
    {
        var system = UseOfSystem(arguments, changes: true);
        var environment = await FindAsync(context, arguments, cache, python, system, cancellationToken);
        RefuseManaged(environment, arguments);
        Announce(context, environment);
        return environment;
    }

    private static async Task<PythonEnvironment> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        string? python,
        SystemUse system,
        CancellationToken cancellationToken
    )
    {
        CheckFolders(arguments);
        var environment = await SearchAsync(context, cache, Request(python), system, cancellationToken);
        var executable = environment.Interpreter.Executable;
        context.Terminal.Detail(
            $"Using Python {environment.Interpreter.Version} at `{executable}`: {Reason(context, python, environment)}"
        );
        if (arguments.Value(PipOptions.Target) is { } target)
        {
            return PythonEnvironment.At(
                EnvironmentLayout.ForTarget(Path.GetFullPath(target, context.WorkingFolder)),
                environment.Interpreter
            );
        }

        if (arguments.Value(PipOptions.Prefix) is { } prefix)
        {
            var layout = EnvironmentLayout.ForPrefix(
                environment.Interpreter,
                Path.GetFullPath(prefix, context.WorkingFolder)
            );
            return PythonEnvironment.At(layout, environment.Interpreter);
        }

        if (arguments.Value(PipOptions.Root) is { } root)
        {
            var layout = environment.Layout.Below(Path.GetFullPath(root, context.WorkingFolder));
            return PythonEnvironment.At(layout, environment.Interpreter, environment.Executable);
        }

        if (environment.FindMismatch() is { } mismatch)
            DiagnosticRenderer.WriteWarning(context.Terminal, mismatch);
        return environment;
    }

    /// <summary>Why this interpreter is the one that is used.</summary>
    private static string Reason(KraitContext context, string? python, PythonEnvironment environment)
    {
        if (python is not null)
            return $"requested as `{python}`";
        foreach (var variable in new[] { "VIRTUAL_ENV", "CONDA_PREFIX" })
        {
            if (
                string.Equals(context.Variables.GetValueOrDefault(variable), environment.Root, StringComparison.Ordinal)
            )
            {
                return $"the active environment (`{variable}`)";
            }
        }

        return environment.IsVirtual
            ? $"the environment `{environment.Root}` is in the working directory or above it"
            : "the first interpreter on `PATH`";
    }

    private static async Task<PythonEnvironment> SearchAsync(
        KraitContext context,
        CacheFolder cache,
        PythonRequest request,
        SystemUse system,
        CancellationToken cancellationToken
    )
    {
        var discovery = Discovery(context, cache);
        try
        {
            var found = await discovery.FindEnvironmentAsync(request, system, cancellationToken);
            context.Terminal.EnvironmentPath = found.Root;
            return found;
        }
        finally
        {
            foreach (var warning in discovery.Warnings)
                DiagnosticRenderer.WriteWarning(context.Terminal, warning);
        }
    }

    /// <summary>
    /// A base interpreter is only changed by those who say so: with `--system`, or by its path and `--break-system-packages`. Where packages
    /// go into a folder of their own, or are only looked at, any interpreter will do.
    /// </summary>
    private static SystemUse UseOfSystem(ParsedArguments arguments, bool changes)
    {
        if (arguments.IsOn(PipOptions.System))
            return SystemUse.Always;
        if (
            Places.Any(option => arguments.Value(option) is not null)
            || arguments.Values(InspectionOptions.Path).Count > 0
        )
        {
            return SystemUse.WhenNeeded;
        }

        return !changes || arguments.IsOn(PipOptions.BreakSystemPackages) ? SystemUse.WhenNamed : SystemUse.Never;
    }

    private static void Announce(KraitContext context, PythonEnvironment environment)
    {
        var version = environment.Interpreter.Version;
        if (environment.IsPlace)
        {
            SayFaintly(context, $"Using Python {version} interpreter at {environment.Interpreter.Executable}");
            return;
        }

        var root = environment.IsVirtual ? environment.Root : environment.Interpreter.Prefix;
        Announce(context, version.ToString(), root);
    }

    /// <summary>Says which environment is changed, unless it is the obvious one.</summary>
    public static void Announce(KraitContext context, string version, string root)
    {
        var search = new SearchContext(context.WorkingFolder, context.Variables);
        var usual = Path.Join(context.WorkingFolder, search.EnvironmentName);
        if (!string.Equals(root, usual, StringComparison.Ordinal))
            SayFaintly(context, $"Using Python {version} environment at {search.Shown(root)}");
    }

    private static void SayFaintly(KraitContext context, string text) =>
        context.Terminal.Say(context.Terminal.Paint(text, 2));

    /// <summary>The search for interpreters, with the facts that the cache remembers.</summary>
    public static InterpreterDiscovery Discovery(KraitContext context, CacheFolder cache) =>
        new(new InterpreterProbe(cache), new SearchContext(context.WorkingFolder, context.Variables));

    /// <summary>What the user wrote after `--python`; nothing means any.</summary>
    /// <exception cref="KraitException">It cannot be read (unusable input).</exception>
    public static PythonRequest Request(string? text)
    {
        if (text is null)
            return PythonRequest.Any;
        return PythonRequest.TryParse(text, out var request, out var error)
            ? request
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
    }

    private static void CheckFolders(ParsedArguments arguments)
    {
        var given = Places.Where(option => arguments.Value(option) is not null).ToList();
        if (given.Count > 1)
        {
            throw new UsageException(
                $"`--{given[0].Name}` and `--{given[1].Name}` cannot be used together",
                "Choose one directory to install into"
            );
        }
    }

    /// <summary>Refuses to change an interpreter that something else manages (PEP 668), unless the user insists.</summary>
    /// <exception cref="KraitException">It is managed by something else, or no virtual environment where one is demanded.</exception>
    private static void RefuseManaged(PythonEnvironment environment, ParsedArguments arguments)
    {
        if (InstallArguments.IsDryRun(arguments))
            return;
        if (arguments.IsOn(GlobalOptions.RequireVirtualenv) && !environment.IsVirtual)
        {
            throw new KraitException(
                new Diagnostic("no-environment", $"`{environment.Executable}` is not in a virtual environment")
                {
                    Notes = ["`--require-virtualenv` requires one"],
                    Hints = ["Create an environment with `krait venv`"],
                }
            )
            {
                Kind = FailureKind.NoVirtualEnvironment,
            };
        }

        if (
            environment.IsVirtual
            || environment.IsPlace
            || arguments.IsOn(PipOptions.BreakSystemPackages)
            || environment.Interpreter.ExternallyManagedFile is not { } file
        )
        {
            return;
        }

        throw new KraitException(
            new Diagnostic(
                "externally-managed",
                $"refusing to change `{environment.Executable}`, which the system's package manager manages"
            )
            {
                Notes = [$"`{file}` marks it as externally managed"],
                Hints =
                [
                    "Create a virtual environment with `krait venv`",
                    "Or pass `--break-system-packages`, at the risk of breaking programs of the system",
                ],
            }
        );
    }
}
