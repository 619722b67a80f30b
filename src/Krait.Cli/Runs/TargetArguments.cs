using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Interpreters;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;
using Krait.Projects.Targets;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on another machine into a description of it.</summary>
internal static class TargetArguments
{
    /// <summary>The machine that packages are chosen for.</summary>
    /// <exception cref="KraitException">An option or variable cannot be read, or two of them exclude each other (unusable input).</exception>
    public static MachineTarget Create(KraitContext context, ParsedArguments arguments, Interpreter interpreter)
    {
        var options = new TargetOptions
        {
            PythonVersion = arguments.Value(PipOptions.PythonVersion),
            Platform = arguments.Value(PipOptions.PythonPlatform),
            PlatformTags = [.. arguments.Values(PipOptions.Platform)],
            Abis = [.. arguments.Values(PipOptions.Abi)],
            Implementation = arguments.Value(PipOptions.Implementation),
            Limits = Limits(context),
        };
        if (options.Platform is not null && !options.PlatformTags.IsEmpty)
        {
            throw new UsageException(
                "`--python-platform` and `--platform` cannot be used together",
                "Name the platform by one of them"
            );
        }

        return MachineTarget.Create(interpreter, options);
    }

    /// <summary>A machine that is described by its Python and its platform; what is null is as on this machine.</summary>
    /// <exception cref="KraitException">One of them cannot be read (unusable input).</exception>
    public static MachineTarget Create(
        KraitContext context,
        Interpreter interpreter,
        string? python,
        string? platform
    ) =>
        MachineTarget.Create(
            interpreter,
            new TargetOptions
            {
                PythonVersion = python,
                Platform = platform,
                Limits = Limits(context),
            }
        );

    /// <summary>Wheels by their tags are for another machine: pip installs them nowhere but into a folder of their own.</summary>
    /// <exception cref="UsageException">They would be installed into an environment.</exception>
    public static void RefuseForeign(ParsedArguments arguments)
    {
        Option[] tags = [PipOptions.Platform, PipOptions.Abi, PipOptions.Implementation];
        var given = Array.Find(tags, arguments.WasGiven);
        var isElsewhere = arguments.Value(PipOptions.Target) is not null || InstallArguments.IsDryRun(arguments);
        if (given is not null && !isElsewhere)
        {
            throw new UsageException(
                $"`--{given.Name}` chooses wheels for another machine, which this environment cannot load",
                "Install them into a directory with `--target DIR`, or look only with `--dry-run`"
            );
        }
    }

    private static TargetLimits Limits(KraitContext context)
    {
        var limits = TargetLimits.Default;
        return new TargetLimits(
            Pair(context, "MACOSX_DEPLOYMENT_TARGET") ?? limits.MacOs,
            Pair(context, "IPHONEOS_DEPLOYMENT_TARGET") ?? limits.Ios,
            Pair(context, "ANDROID_API_LEVEL")?.Major ?? limits.AndroidApiLevel
        );
    }

    /// <summary>`13` or `13.4`; null where the variable is not set or no version.</summary>
    private static (int Major, int Minor)? Pair(KraitContext context, string variable)
    {
        var parts = context.Variables.GetValueOrDefault(variable)?.Split('.');
        if (parts is null || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major))
            return null;
        var hasMinor = parts.Length > 1;
        return hasMinor && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? (major, minor)
            : (major, 0);
    }
}
