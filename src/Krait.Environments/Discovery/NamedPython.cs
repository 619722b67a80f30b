using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Discovery;

/// <summary>
/// What a path or a name leads to: an environment, by its folder or by a program in it, or an interpreter. A name is that of an
/// environment in the working folder, else that of a program on PATH.
/// </summary>
/// <param name="probe">Asks the interpreters found.</param>
/// <param name="context">Where to look.</param>
internal sealed class NamedPython(InterpreterProbe probe, SearchContext context)
{
    private const int MostLinks = 40;

    /// <summary>What was found.</summary>
    /// <param name="Text">What the user wrote.</param>
    /// <param name="Program">The program that was found.</param>
    /// <param name="Root">The folder around it.</param>
    /// <param name="Interpreter">The interpreter behind it.</param>
    /// <param name="Environment">The virtual environment that it belongs to; null when it is in none.</param>
    internal sealed record Place(
        string Text,
        string Program,
        string Root,
        Interpreter Interpreter,
        PythonEnvironment? Environment
    );

    /// <summary>Follows a request that names something; null when it describes a version.</summary>
    /// <exception cref="KraitException">Nothing is there (unusable input).</exception>
    public async Task<Place?> FindAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        if (request.Path is { } path)
            return await OpenAsync(request.Text, context.Absolute(path), cancellationToken);
        if (request.ExecutableName is not { } name)
            return null;
        var folder = context.Absolute(name);
        if (VenvConfiguration.IsIn(folder))
            return await OpenAsync(name, folder, cancellationToken);
        InterpreterException? failure = null;
        foreach (var candidate in InterpreterCandidates.Find(context, request))
        {
            try
            {
                return await OpenAsync(name, candidate, cancellationToken);
            }
            catch (InterpreterException unusable)
            {
                // A shim for a version that is not installed: the next program of that name may do.
                failure ??= unusable;
            }
        }

        if (failure is not null)
            throw failure;
        throw FolderTree.IsFolder(folder)
            ? DiscoveryFailures.NotAnEnvironment(name, folder)
            : DiscoveryFailures.NothingNamed(name, context);
    }

    /// <summary>The environment to work on.</summary>
    /// <param name="place">What was named.</param>
    /// <param name="system">Whether an interpreter outside of any environment will do.</param>
    /// <exception cref="KraitException">It is not in an environment, and has to be (unusable input).</exception>
    public PythonEnvironment Accept(Place place, SystemUse system)
    {
        if (place.Environment is { } environment)
            return environment;
        var isAllowed = system switch
        {
            SystemUse.Always or SystemUse.WhenNeeded => true,
            SystemUse.WhenNamed => !LooksLikeEnvironment(place),
            _ => false,
        };
        if (isAllowed || IsOfConda(place.Root))
            return PythonEnvironment.System(place.Interpreter);
        throw DiscoveryFailures.OutsideEnvironment(place, LooksLikeEnvironment(place), context);
    }

    private async Task<Place> OpenAsync(string text, string path, CancellationToken cancellationToken)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            throw InterpreterException.Missing(path);
        var isFolder = status.Kind == FileKind.Folder;
        var root = isFolder ? path : FindRoot(path);
        var program = isFolder ? PythonEnvironment.ExecutableIn(path) : path;
        if (VenvConfiguration.IsIn(root))
        {
            var environment = await PythonEnvironment.OpenAsync(root, probe, cancellationToken);
            return new Place(text, program, root, environment.Interpreter, environment);
        }

        var isThere = !isFolder || FileStatus.Exists(program, followLinks: true);
        if (!isThere)
            throw DiscoveryFailures.NotAnEnvironment(text, path);
        return new Place(text, program, root, await probe.ProbeAsync(program, cancellationToken), Environment: null);
    }

    /// <summary>
    /// The folder around the `bin` of a program. A link to the program of an environment stands for the environment, although Python itself
    /// would not find it from there.
    /// </summary>
    private static string FindRoot(string path)
    {
        var current = path;
        for (var step = 0; step < MostLinks; step++)
        {
            if (RootOf(current) is { } root && VenvConfiguration.IsIn(root))
                return root;
            if (SymbolicLinks.Read(current) is not { } target)
                break;
            current = Path.GetFullPath(target, Path.GetDirectoryName(current) ?? "/");
        }

        return RootOf(path) ?? "/";
    }

    private static string? RootOf(string program) => Path.GetDirectoryName(Path.GetDirectoryName(program));

    /// <summary>
    /// Whether a folder has what environments have, and its interpreter is another one's: it lost its configuration, and whoever names it
    /// does not mean the interpreter behind it.
    /// </summary>
    private static bool LooksLikeEnvironment(Place place)
    {
        var (major, minor) = (place.Interpreter.Major, place.Interpreter.Minor);
        var isOwn = string.Equals(
            SymbolicLinks.Resolve(place.Root),
            SymbolicLinks.Resolve(place.Interpreter.BasePrefix),
            StringComparison.Ordinal
        );
        return !isOwn
            && (
                InterpreterCandidates.Exists(Path.Join(place.Root, "bin", "activate"))
                || FolderTree.IsFolder(Path.Join(place.Root, "lib", $"python{major}.{minor}", "site-packages"))
            );
    }

    /// <summary>Whether a folder is a Conda environment other than the base.</summary>
    private static bool IsOfConda(string root) =>
        FolderTree.IsFolder(Path.Join(root, "conda-meta")) && !FolderTree.IsFolder(Path.Join(root, "condabin"));
}
