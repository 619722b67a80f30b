using System.Collections.Immutable;
using System.Globalization;
using Krait.Environments.Interpreters;
using Krait.Packaging.Text;

namespace Krait.Environments.Discovery;

/// <summary>The errors for when no environment or interpreter matches the request.</summary>
internal static class DiscoveryFailures
{
    private const int MostVersions = 6;

    public static KraitException ActiveMissing(string variable, string value) =>
        Unusable(
            new Diagnostic("environment-missing", $"`{variable}` names `{value}`, which is not a virtual environment")
            {
                Hints = [$"Unset `{variable}`, or create the environment with {Control.CreateEnvironment}"],
            }
        );

    /// <summary>There is no environment, or the one that holds has another version.</summary>
    public static KraitException NoEnvironment(
        PythonRequest request,
        NearestEnvironment.Found? found,
        SearchContext context
    )
    {
        if (found is not null)
            return OtherVersion(request, found, context);
        var message = request.IsAny
            ? "no virtual environment found"
            : $"no virtual environment found for Python `{request}`";
        var create = request.IsAny ? Control.CreateEnvironment : Control.CreateEnvironmentFor.With($"{request}");
        return Unusable(
            new Diagnostic("environment-missing", message)
            {
                Notes =
                [
                    $"`VIRTUAL_ENV` is not set, and `{context.WorkingFolder}` and its parents have no `{context.EnvironmentName}`",
                ],
                Hints =
                [
                    $"Create one with {create}, or pass {Control.System} to use an interpreter outside of virtual environments",
                ],
            }
        );
    }

    private static KraitException OtherVersion(
        PythonRequest request,
        NearestEnvironment.Found found,
        SearchContext context
    )
    {
        var environment = found.Environment;
        var root = context.Shown(environment.Root);
        var subject = found.Variable is null
            ? $"the virtual environment at `{root}`"
            : $"the active environment `{root}` (`{found.Variable}`)";
        return Unusable(
            new Diagnostic(
                "environment-mismatch",
                $"Python `{request}` was requested, but {subject} has Python {environment.Interpreter.Version}"
            )
            {
                Hints =
                [
                    $"Pass the path of another environment to {Control.Python}, or create one with {Control.CreateEnvironmentFor.With($"{request} PATH")}",
                    $"Or pass {Control.System} to use an interpreter outside of virtual environments",
                ],
            }
        );
    }

    /// <summary>A folder was named that has neither a configuration nor an interpreter.</summary>
    public static KraitException NotAnEnvironment(string text, string folder) =>
        Unusable(
            new Diagnostic("environment-missing", $"`{text}` is not a virtual environment")
            {
                Notes = [$"there is no `pyvenv.cfg` in `{folder}`"],
                Hints =
                [
                    $"Create one with {Control.CreateEnvironment}, or pass the path of another environment to {Control.Python}",
                ],
            }
        );

    /// <summary>Neither an environment nor a program has the name.</summary>
    public static KraitException NothingNamed(string name, SearchContext context) =>
        Missing(
            new Diagnostic("interpreter-missing", $"no environment or Python interpreter is named `{name}`")
            {
                Notes =
                [
                    $"`{name}` is not a version, not a virtual environment in `{context.WorkingFolder}`, and not a program on `PATH`",
                ],
                Hints =
                [
                    $"Pass a version such as `3.12`, or the path of an interpreter or environment, to {Control.Python}",
                ],
            }
        );

    /// <summary>What was named is a base interpreter.</summary>
    public static KraitException OutsideEnvironment(
        NamedPython.Place place,
        bool looksLikeEnvironment,
        SearchContext context
    )
    {
        var root = context.Shown(place.Root);
        return Unusable(
            looksLikeEnvironment
                ? new Diagnostic(
                    "environment-missing",
                    $"`{root}` is not a virtual environment: it has no `pyvenv.cfg`"
                )
                {
                    Notes = [$"its interpreter is `{place.Interpreter.Executable}`, which is outside of it"],
                    Hints =
                    [
                        $"Create the environment again with {Control.CreateEnvironment}",
                        $"Or pass {Control.System} to work on the interpreter itself",
                    ],
                }
                : new Diagnostic("environment-missing", $"`{place.Text}` is not in a virtual environment")
                {
                    Notes = [$"it is Python {place.Interpreter.Version} at `{place.Interpreter.Executable}`"],
                    Hints =
                    [
                        $"Create an environment with {Control.CreateEnvironmentFor.With(place.Text)}",
                        $"Or pass {Control.System} to work on the interpreter itself",
                    ],
                }
        );
    }

    /// <summary>No interpreter fits: those that are there are listed.</summary>
    public static KraitException NotFound(
        PythonRequest request,
        IReadOnlyCollection<(Version Version, string Path)> installed,
        SearchContext context
    ) =>
        Missing(
            new Diagnostic(
                "interpreter-missing",
                request.IsAny ? "no Python interpreter found" : $"no Python `{request}` found"
            )
            {
                Notes = [installed.Count == 0 ? Searched(context) : $"Installed: {Listed(installed, context)}"],
                Hints =
                [
                    request.IsAny
                        ? Remedy.Of($"Install Python, or pass the path of an interpreter to {Control.Python}")
                        : Remedy.Of(
                            $"Install that version, or pass the path of another interpreter to {Control.Python}"
                        ),
                ],
            }
        );

    /// <summary>An environment above the working folder is passed over.</summary>
    public static Diagnostic OfAnotherUser(string path, uint owner) =>
        new(
            "foreign-environment",
            string.Create(
                CultureInfo.InvariantCulture,
                $"ignoring `{path}`, which belongs to another user (uid {owner})"
            )
        )
        {
            Hints = [$"Pass {Control.Python.With(path)} if you trust that user"],
        };

    private static string Searched(SearchContext context) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"searched {context.SearchPath.Length} directories of `PATH` and the versions of pyenv"
        );

    /// <summary>`3.13.0, 3.12.1 (pyenv), 3.11.2 (/usr/bin)`: versions from the newest, the place behind the last of each.</summary>
    private static string Listed(IReadOnlyCollection<(Version Version, string Path)> installed, SearchContext context)
    {
        var pyenv = PyenvShims.RootOf(context) + "/";
        var all = installed
            .Select(found => (found.Version, Place: PlaceOf(found.Path, pyenv)))
            .Distinct()
            .OrderByDescending(found => found.Version)
            .ToImmutableArray();
        var shown = all.Take(MostVersions).ToList();
        var texts = shown.Select(
            (found, index) =>
                index + 1 < shown.Count && string.Equals(shown[index + 1].Place, found.Place, StringComparison.Ordinal)
                    ? $"{found.Version}"
                    : $"{found.Version} ({found.Place})"
        );
        var rest = all.Length - shown.Count;
        return string.Join(", ", texts)
            + (rest > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {rest} more") : "");
    }

    private static string PlaceOf(string program, string pyenv) =>
        program.StartsWith(pyenv, StringComparison.Ordinal) ? "pyenv" : Path.GetDirectoryName(program) ?? "/";

    private static KraitException Missing(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.NoInterpreter };

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
