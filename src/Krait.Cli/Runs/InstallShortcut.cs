using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Platform.Tracing;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;

namespace Krait.Cli.Runs;

/// <summary>
/// Answers a `krait pip install` or `krait pip sync` that has nothing to do before anything is parsed, probed or opened; what is known of an
/// environment lies in the cache. Whatever is not sure takes the long way.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="arguments">The command line.</param>
internal sealed class InstallShortcut(KraitContext context, ParsedArguments arguments)
{
    /// <summary>
    /// Options that only say what is wanted. With any other one, the command may have more to do than to look: a new option that is forgotten
    /// here costs time, nothing else.
    /// </summary>
    private static ImmutableArray<Option> Plain =>
        [
            PipOptions.Requirements,
            PipOptions.Constraints,
            PipOptions.Overrides,
            PipOptions.Excludes,
            PipOptions.Python,
            PipOptions.NoDeps,
            PipOptions.LinkMode,
            PipOptions.CompileBytecode,
            PipOptions.NoCompile,
            PipOptions.ProgressBar,
            .. PipOptions.Hashes,
            .. PipOptions.Binaries,
            .. IndexOptions.All,
            .. SelectionOptions.All,
        ];

    private static readonly string[] SearchVariables = ["VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "HOME"];

    private readonly long began = FileClock.Now(context.Clock);

    /// <summary>Says so where the environment is known to be what the command asks for.</summary>
    public bool Answers()
    {
        using var span = Tracer.Begin("compare with earlier run");
        if (
            context.Terminal.Verbosity >= Verbosity.Verbose
            || FindPlace() is not { } place
            || ShortcutMemory.Find(context, arguments, place) is not { } memory
            || TextOf() is not { } request
            || !memory.Holds(request, out var version)
        )
        {
            return false;
        }

        EnvironmentAccess.Announce(context, version, place);
        Commands.Pip.OutcomeRenderer.SaySatisfied(context.Terminal);
        return true;
    }

    /// <summary>Remembers that the environment is what the command asked for, where nothing else decided that.</summary>
    /// <param name="cache">Where it is remembered.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="inputs">The requirements.</param>
    /// <param name="read">The files that they were read from.</param>
    /// <param name="outcome">What was done.</param>
    public void Remember(
        CacheFolder cache,
        PythonEnvironment environment,
        RequirementSet inputs,
        InputRecord read,
        InstallOutcome outcome
    )
    {
        if (
            outcome is not InstallOutcome.Done { Problems.IsEmpty: true } done
            || context.Terminal.HasAlerted
            || !read.IsComplete
            || !inputs.Sources.Files.All(IsPlainList)
            || !IsByName(inputs)
            || done.Wheels.Any(wheel => wheel.DirectUrl is not null)
            || arguments.Command.Options().Where(IsSet).Except(Plain).Any()
            || !environment.IsVirtual
            || environment.IsPlace
            || !environment.InheritedSitePackages.IsEmpty
            || !string.Equals(FindPlace(), environment.Root, StringComparison.Ordinal)
            || TextOf() is not { } request
        )
        {
            return;
        }

        ShortcutMemory.Write(
            cache,
            environment.Root,
            memory =>
                memory.Write(
                    request,
                    environment.Interpreter.Version.ToString(),
                    read.Files,
                    [
                        Path.Join(environment.Root, VenvConfiguration.FileName),
                        Path.Join(environment.Layout.Scripts, "python"),
                        environment.Layout.Scripts,
                        .. DecidingIn(environment.Layout.SitePackages),
                        .. DecidingIn(environment.Layout.PlatformSitePackages),
                    ],
                    began
                )
        );
    }

    /// <summary>Where the search for an environment would end, without looking into it; null where that takes more than a look.</summary>
    private string? FindPlace()
    {
        var python = arguments.Value(PipOptions.Python);
        // Whether one of Conda's counts depends on what is in it.
        return python is null && context.Variables.GetValueOrDefault("CONDA_PREFIX") is { Length: > 0 }
            ? null
            : EnvironmentRenewal.RootOf(context, python);
    }

    /// <summary>Addresses and paths may have other content now.</summary>
    private static bool IsByName(RequirementSet inputs) =>
        inputs.Unnamed.IsEmpty
        && inputs.Roots.All(root => root is { IsEditable: false, Requirement.Url: null })
        && inputs.Constraints.Concat(inputs.Overrides).All(limit => limit.Requirement.Url is null);

    /// <summary>A project's file or a script may depend on more than its own text.</summary>
    private static bool IsPlainList(string file) => Path.GetExtension(file) is ".txt" or ".in";

    /// <summary>What says what is installed: the directory of packages, descriptions, and the files in them that may be edited where they stand.</summary>
    private static IEnumerable<string> DecidingIn(string sitePackages)
    {
        yield return sitePackages;
        foreach (var entry in DirectoryHandle.ListAt(sitePackages).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = Path.Join(sitePackages, entry.Name);
            if (entry.Kind == FileKind.Folder && Path.GetExtension(entry.Name) is not (".dist-info" or ".egg-info"))
                continue;
            yield return path;
            foreach (var name in (string[])["METADATA", "PKG-INFO", "direct_url.json"])
            {
                if (Path.Join(path, name) is var file && FileStatus.Exists(file, followLinks: true))
                    yield return file;
            }
        }
    }

    /// <summary>The request as text; null where a variable or setting behind it cannot be used.</summary>
    private string? TextOf()
    {
        var text = new StringBuilder(ProductVersion.Line).Append('\n').Append(arguments.Command.Path).Append('\n');
        text.Append(context.WorkingFolder).Append('\n').AppendJoin('\n', arguments.Positionals).Append('\n');
        try
        {
            foreach (var option in arguments.Command.Options().AddRange(GlobalOptions.All))
                Append(text, option);
        }
        catch (KraitException)
        {
            return null;
        }

        foreach (var (file, settings) in arguments.Settings)
            text.Append(file).Append('\n').Append(settings).Append('\n');
        foreach (var variable in SearchVariables)
            text.Append(context.Variables.GetValueOrDefault(variable)).Append('\n');
        return text.ToString();
    }

    private void Append(StringBuilder text, Option option)
    {
        if (!IsSet(option))
            return;
        text.Append(CultureInfo.InvariantCulture, $"{option.Name} {arguments.Count(option)} ");
        if (option.Kind == OptionKind.Flag)
            text.Append(arguments.IsOn(option));
        else
            text.AppendJoin(' ', arguments.Values(option)).Append(' ').Append(arguments.Value(option));
        text.Append('\n');
    }

    private bool IsSet(Option option) => arguments.WasGiven(option) || arguments.IsConfigured(option);
}
