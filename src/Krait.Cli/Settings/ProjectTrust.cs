using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Settings;

/// <summary>
/// What settings may say that were found, not named: they came with a project, and whoever wrote them is not the one who runs the
/// command. They choose what is resolved and how. They do not choose what is written outside of the project, who is trusted, or which
/// interpreter of the machine is changed: that takes a word on the command line, a variable, or `--config-file`.
/// </summary>
/// <param name="file">The file of settings, absolute.</param>
/// <param name="workingFolder">What relative paths start from.</param>
internal sealed class ProjectTrust(string file, string workingFolder)
{
    /// <summary>Options about this machine, its network and its users, by name.</summary>
    private static readonly HashSet<string> OfTheMachine = new(StringComparer.Ordinal)
    {
        GlobalOptions.InsecureHost.Name,
        GlobalOptions.Certificates.Name,
        GlobalOptions.ClientCertificate.Name,
        GlobalOptions.Proxy.Name,
        GlobalOptions.NoProxyVariables.Name,
        GlobalOptions.HttpProxy.Name,
        GlobalOptions.HttpsProxy.Name,
        GlobalOptions.NoProxy.Name,
        GlobalOptions.Directory.Name,
        GlobalOptions.ConfigFile.Name,
        CompileOptions.Config.Name,
        PipOptions.System.Name,
        PipOptions.BreakSystemPackages.Name,
    };

    /// <summary>Options that say where something is written, by name.</summary>
    private static readonly HashSet<string> Written = new(StringComparer.Ordinal)
    {
        CompileOptions.OutputFile.Name,
        PipOptions.Report.Name,
        GlobalOptions.CacheDir.Name,
        PipOptions.Target.Name,
        PipOptions.Prefix.Name,
        PipOptions.Root.Name,
    };

    /// <summary>Options that name an environment or interpreter.</summary>
    private static readonly HashSet<string> Interpreters = new(StringComparer.Ordinal)
    {
        PipOptions.Python.Name,
        PipOptions.PythonExecutable.Name,
    };

    /// <summary>Folders in which tools keep what they run.</summary>
    private static readonly HashSet<string> Repositories = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        ".jj",
    };

    private readonly string? root = SymbolicLinks.Resolve(Path.GetDirectoryName(file) ?? "/");

    /// <summary>Why a project may not turn a flag on; null when it may.</summary>
    public static Diagnostic? FindFault(Option option) =>
        OfTheMachine.Contains(option.Name)
            ? Fault(
                option,
                $"`{option.Name}` cannot be set by a project",
                $"Pass `--{option.Name}` on the command line"
            )
            : null;

    /// <summary>Why a project may not give an option these values; null when it may.</summary>
    public Diagnostic? FindFault(Option option, Command command, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            if (FindFault(option, command, value) is { } fault)
                return fault;
        }

        return null;
    }

    private Diagnostic? FindFault(Option option, Command command, string value)
    {
        if (OfTheMachine.Contains(option.Name))
        {
            return Fault(
                option,
                $"`{option.Name}` cannot be set by a project",
                $"Pass `--{option.Name} {value}` on the command line"
            );
        }

        if (Written.Contains(option.Name) && value is not "-" && !IsInProject(value))
            return Outside(option, value);
        if (Interpreters.Contains(option.Name) && !IsAllowedPython(value))
            return Outside(option, value);
        return option == CompileOptions.PipArguments ? FindFaultIn(command, value) : null;
    }

    /// <summary>What other options one option holds.</summary>
    private Diagnostic? FindFaultIn(Command command, string words) =>
        PipArguments
            .Read(command, words)
            .Typed.Select(inner =>
                inner switch
                {
                    { Value: { } value } => FindFault(inner.Option, command, value),
                    { IsOpposite: false } => FindFault(inner.Option),
                    _ => null,
                }
            )
            .FirstOrDefault(fault => fault is not null);

    /// <summary>A version may be anything; a path has to be in the project, and a name that of an environment there.</summary>
    private bool IsAllowedPython(string value)
    {
        if (!PythonRequest.TryParse(value, out var request, out _))
            return true;
        if (request.ExecutableName is { } name)
            return IsInProject(name) && VenvConfiguration.IsIn(Path.GetFullPath(name, workingFolder));
        // `~` leads home, wherever that is.
        return request.Path is not { } path || (path[0] != '~' && IsInProject(path));
    }

    /// <summary>Whether a path is below the folder of the settings, whatever links it leads through, and not among what tools run.</summary>
    private bool IsInProject(string path)
    {
        if (root is null || Resolve(Path.GetFullPath(path, workingFolder)) is not { } real)
            return false;
        var relative = Path.GetRelativePath(root, real);
        return !Path.IsPathRooted(relative)
            && !relative.Split('/').Any(part => part is ".." || Repositories.Contains(part));
    }

    /// <summary>A path without links, of which the last parts may not exist yet; null where a link leads nowhere.</summary>
    private static string? Resolve(string path)
    {
        var missing = new Stack<string>();
        for (var current = path; current is not null; current = Path.GetDirectoryName(current))
        {
            if (SymbolicLinks.Resolve(current) is { } real)
                return missing.Aggregate(real, (folder, name) => Path.Join(folder, name));
            if (FileStatus.Exists(current, followLinks: false))
                return null;
            missing.Push(Path.GetFileName(current));
        }

        return null;
    }

    private static Diagnostic Outside(Option option, string value) =>
        Fault(
            option,
            $"a project cannot set `{option.Name}` to `{value}`, which is outside of the project",
            $"Pass `--{option.Name} {value}` on the command line"
        );

    private static Diagnostic Fault(Option option, string message, string hint) =>
        new("untrusted-setting", message)
        {
            Hints =
            [
                option.Variable is null ? hint : $"{hint}, or set `KRAIT_{option.Variable}`",
                "Or name the file with `--config-file` if you trust everyone who can change it",
            ],
        };
}
