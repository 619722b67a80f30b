using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Caching;

namespace Krait.Cli.Runs;

/// <summary>Finds the environment that a command works on, as its options and the variables say.</summary>
internal static class EnvironmentAccess
{
    /// <summary>The environment of `--python`, the active one, or the project's.</summary>
    public static Task<PythonEnvironment> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        CancellationToken cancellationToken
    ) => FindAsync(context, arguments, cache, arguments.Value(PipOptions.Python), cancellationToken);

    /// <summary>The environment of an interpreter, the active one, or the project's.</summary>
    /// <exception cref="KraitException">There is none, or the request cannot be read (unusable input).</exception>
    public static async Task<PythonEnvironment> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        string? python,
        CancellationToken cancellationToken
    )
    {
        var discovery = Discovery(context, cache);
        var environment = await discovery.FindEnvironmentAsync(
            Request(python),
            arguments.IsOn(PipOptions.System),
            cancellationToken
        );
        CheckFolders(arguments);
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
        Option[] places = [PipOptions.Target, PipOptions.Prefix, PipOptions.Root];
        var given = places.Where(option => arguments.Value(option) is not null).ToList();
        if (given.Count > 1)
        {
            throw new UsageException(
                $"`--{given[0].Name}` and `--{given[1].Name}` exclude each other",
                "Choose one place to install into"
            );
        }
    }

    /// <summary>Refuses to change an interpreter that something else manages (PEP 668), unless the user insists.</summary>
    /// <exception cref="KraitException">It is managed by something else, or no virtual environment where one is demanded.</exception>
    public static void RefuseManaged(PythonEnvironment environment, ParsedArguments arguments)
    {
        if (InstallArguments.IsDryRun(arguments))
            return;
        if (arguments.IsOn(GlobalOptions.RequireVirtualenv) && !environment.IsVirtual)
        {
            throw new KraitException(
                new Diagnostic("no-environment", $"`{environment.Executable}` is not in a virtual environment")
                {
                    Notes = ["`--require-virtualenv` demands one"],
                    Hints = ["Make an environment with `krait venv`"],
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
                $"the interpreter at `{environment.Executable}` is managed by something else"
            )
            {
                Notes = [$"`{file}` says so"],
                Hints =
                [
                    "Make an environment of your own with `krait venv`",
                    "Or insist with `--break-system-packages`, at the risk of breaking the system's tools",
                ],
            }
        );
    }
}
