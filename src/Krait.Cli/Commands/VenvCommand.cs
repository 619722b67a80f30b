using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;

namespace Krait.Cli.Commands;

/// <summary>`krait venv [PATH]`.</summary>
internal static class VenvCommand
{
    private static readonly Option Python = PipOptions.Python with
    {
        Help = "Create the environment with this interpreter",
    };
    private static readonly Option Prompt = new(
        "prompt",
        OptionKind.Value,
        "Show this text in the shell's prompt; `.` stands for the name of the current directory"
    )
    {
        ValueName = "TEXT",
        Variable = "VENV_PROMPT",
    };
    private static readonly Option Seed = new(
        "seed",
        OptionKind.Flag,
        "Install pip (and setuptools and wheel for Python 3.11 and older)"
    )
    {
        Variable = "VENV_SEED",
    };
    private static readonly Option SystemSitePackages = new(
        "system-site-packages",
        OptionKind.Flag,
        "Give access to the packages of the base interpreter"
    );
    private static readonly Option Clear = new("clear", OptionKind.Flag, "Replace an existing environment")
    {
        Short = 'c',
        Variable = "VENV_CLEAR",
    };
    private static readonly Option Force = new(
        "force",
        OptionKind.Flag,
        "With --clear: replace a directory even if it is not an environment"
    );
    private static readonly Option AllowExisting = new(
        "allow-existing",
        OptionKind.Flag,
        "Keep the files of an existing directory and write the environment into it"
    );
    private static readonly Option Relocatable = new(
        "relocatable",
        OptionKind.Flag,
        "Make an environment that can be moved"
    )
    {
        Variable = "VENV_RELOCATABLE",
    };
    private static readonly Option NoProject = new("no-project", OptionKind.Flag, "Do not look for a project")
    {
        IsHidden = true,
    };

    /// <summary>What other tools call an environment without seed packages; each speaks of itself under the name that was typed.</summary>
    private static readonly Option[] LegacyWithout =
    [
        .. new[] { "no-pip", "no-seed", "no-setuptools", "no-wheel", "without-pip" }.Select(name => new Option(
            name,
            OptionKind.Flag,
            "Nothing is installed into it"
        )
        {
            IsHidden = true,
            Ignored = "an environment has no seed packages unless `--seed` is given",
        }),
    ];

    public static Command Command { get; } =
        new("venv", "Create a virtual environment")
        {
            Positional = new Positional("PATH", IsRequired: false, IsRepeatable: false),
            Options = () =>
                [
                    Python,
                    Prompt,
                    Seed,
                    SystemSitePackages,
                    Clear,
                    Force,
                    AllowExisting,
                    Relocatable,
                    ProjectOptions.Project,
                    NoProject,
                    .. LegacyWithout,
                    PipOptions.LinkMode,
                    PipOptions.System,
                    .. IndexOptions.All,
                    SelectionOptions.ExcludeNewer,
                    SelectionOptions.ExcludeNewerPackage,
                    .. PipOptions.Freshness,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var discovery = EnvironmentAccess.Discovery(context, cache);
        var (found, program) = await discovery.FindBaseAsync(
            EnvironmentAccess.Request(arguments.Value(Python)),
            cancellationToken
        );
        var path = arguments.Positionals is [var named, ..]
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, context.WorkingFolder))
            : Path.Join(ProjectAccess.StartFolder(context, arguments), ".venv");
        var request = Request(context, arguments, found, program, path);
        if (
            request.Existing == ExistingFolder.Refuse
            && await EnvironmentRenewal.FindReasonAsync(context, cache, path, cancellationToken) is { } reason
        )
        {
            context.Terminal.Say($"Replacing the virtual environment at {Shown(context, path)}: {reason}");
            request = request with { Existing = ExistingFolder.Clear };
        }

        VenvBuilder.Create(request);
        context.Terminal.Say(
            $"Created virtual environment at {context.Terminal.Paint(Shown(context, path), 36)} with Python {found.Version} (`{program}`)"
        );
        return arguments.IsOn(Seed) ? await SeedAsync(context, arguments, path, found, cancellationToken) : 0;
    }

    private static string Shown(KraitContext context, string path) =>
        new SearchContext(context.WorkingFolder, context.Variables).Shown(path);

    private static VenvRequest Request(
        KraitContext context,
        ParsedArguments arguments,
        Interpreter interpreter,
        string program,
        string path
    )
    {
        var paths = interpreter.PathsOfEnvironment(path);
        return new VenvRequest(
            path,
            program,
            interpreter.MarkerValues["platform_python_implementation"],
            interpreter.Version.ToString()
        )
        {
            SitePackages = Path.GetRelativePath(path, paths.PureLibrary),
            Scripts = Path.GetRelativePath(path, paths.Scripts),
            HasLib64 =
                interpreter.PointerSize == 8
                && string.Equals(interpreter.MarkerValues["sys_platform"], "linux", StringComparison.Ordinal),
            Prompt = PromptOf(context, arguments, path),
            IncludesSystemSitePackages = arguments.IsOn(SystemSitePackages),
            IsRelocatable = arguments.IsOn(Relocatable),
            Existing = ExistingOf(arguments),
            WorkingFolder = context.WorkingFolder,
            KraitVersion = ProductVersion.Number,
            BaseState = EnvironmentState.Of(interpreter),
        };
    }

    private static string? PromptOf(KraitContext context, ParsedArguments arguments, string path) =>
        arguments.Value(Prompt) switch
        {
            "." => Path.GetFileName(context.WorkingFolder),
            { } text => text,
            // `.venv` says nothing: the project's folder does.
            _ when Path.GetFileName(path).StartsWith('.') => Path.GetFileName(Path.GetDirectoryName(path)),
            _ => null,
        };

    private static ExistingFolder ExistingOf(ParsedArguments arguments) =>
        (arguments.IsOn(Clear), arguments.IsOn(Force), arguments.IsOn(AllowExisting)) switch
        {
            (true, _, true) => throw new UsageException(
                "`--clear` and `--allow-existing` cannot be used together",
                "Choose one of them"
            ),
            (true, true, _) => ExistingFolder.ClearAnything,
            (true, false, _) => ExistingFolder.Clear,
            (false, _, true) => ExistingFolder.Keep,
            _ => ExistingFolder.Refuse,
        };

    /// <summary>Installs what older tools expect to find in an environment.</summary>
    private static Task<int> SeedAsync(
        KraitContext context,
        ParsedArguments arguments,
        string path,
        Interpreter interpreter,
        CancellationToken cancellationToken
    )
    {
        System.Collections.Immutable.ImmutableArray<string> names = interpreter is { Major: 3, Minor: >= 12 }
            ? ["pip"]
            : ["pip", "setuptools", "wheel"];
        return PipInstallCommand.InstallNamedAsync(
            context,
            arguments,
            PythonEnvironment.ExecutableIn(path),
            names,
            cancellationToken
        );
    }
}
