using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Markers;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Sources;
using Krait.Sources.Services;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on indexes into <see cref="IndexChoices"/>, and asks <see cref="IndexPolicy"/> what follows from them.</summary>
internal static class IndexArguments
{
    /// <summary>The indexes of a command that reads no requirements.</summary>
    public static IndexSettings Create(KraitContext context, ParsedArguments arguments) =>
        Policy(context).Create(Choices(context, arguments, [], context.Settings ?? new ProjectSettings()));

    /// <summary>The indexes that inputs are resolved against.</summary>
    /// <exception cref="KraitException">An address cannot be used (unusable input).</exception>
    public static IndexSettings Create(KraitContext context, ParsedArguments arguments, RequirementSet inputs) =>
        Policy(context).Create(Choices(context, arguments, inputs.Options, inputs.Settings));

    /// <summary>The indexes that inputs are resolved against for one machine, with those that single packages come from.</summary>
    /// <exception cref="KraitException">An address cannot be used, or a package should come from two indexes at once.</exception>
    public static async Task<IndexSettings> CreateAsync(
        KraitContext context,
        ParsedArguments arguments,
        RequirementSet inputs,
        MarkerEnvironment markers,
        CancellationToken cancellationToken
    )
    {
        var all = Create(context, arguments, inputs);
        var system = markers.SysPlatform;
        var withTorch = await TorchArguments.ApplyAsync(all, context, arguments, system, cancellationToken);
        return Pin(withTorch, context, inputs, markers);
    }

    /// <summary>Binds packages to the indexes that the project's sources name.</summary>
    /// <exception cref="KraitException">A package should come from two indexes at once.</exception>
    public static IndexSettings Pin(
        IndexSettings settings,
        KraitContext context,
        RequirementSet inputs,
        MarkerEnvironment? markers
    ) => Policy(context).Pin(settings, inputs.Settings.Indexes, inputs.IndexPins, inputs.Settings.Conflicts, markers);

    /// <summary>The reader of addresses, as they are written in the working directory.</summary>
    public static IndexPolicy Policy(KraitContext context) => new(context.WorkingFolder, context.Variables);

    /// <summary>Refuses an index whose `https://` was forgotten: it would be looked for on disk.</summary>
    private static void CheckAddresses(KraitContext context, ParsedArguments arguments)
    {
        Option[] single = [IndexOptions.DefaultIndex, IndexOptions.IndexUrl];
        Option[] several = [IndexOptions.Index, IndexOptions.ExtraIndexUrl];
        var all = single
            .Select(option => (Option: option, Text: arguments.Value(option)))
            .Concat(several.SelectMany(option => arguments.Values(option).Select(text => (option, (string?)text))));
        foreach (var (option, text) in all)
        {
            if (text is not null && IndexAddress.FindFault(text, context.WorkingFolder) is { } fault)
                throw new UsageException($"{arguments.NameOf(option)}: {fault.Message}", fault.Hints);
        }
    }

    /// <summary>Refuses a command line that names an index and says that there is none.</summary>
    private static void CheckTogether(ParsedArguments arguments)
    {
        Option[] named =
        [
            IndexOptions.Index,
            IndexOptions.DefaultIndex,
            IndexOptions.IndexUrl,
            IndexOptions.ExtraIndexUrl,
        ];
        if (arguments.WasGiven(IndexOptions.NoIndex) && Array.Find(named, arguments.WasGiven) is { } index)
        {
            throw new UsageException(
                $"`--{IndexOptions.NoIndex.Name}` and `--{index.Name}` contradict each other",
                "Leave one of them out; directories of files are named with `--find-links`"
            );
        }
    }

    private static IndexChoices Choices(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<LineOptions> files,
        ProjectSettings settings
    )
    {
        CheckAddresses(context, arguments);
        CheckTogether(arguments);
        Option[] defaults = [IndexOptions.DefaultIndex, IndexOptions.IndexUrl];
        return new IndexChoices
        {
            IsOff = arguments.IsOn(IndexOptions.NoIndex),
            FindLinks = [.. arguments.Values(IndexOptions.FindLinks)],
            Indexes = [.. arguments.Values(IndexOptions.Index)],
            ExtraIndexes = [.. arguments.Values(IndexOptions.ExtraIndexUrl)],
            TypedDefault = defaults
                .Where(arguments.WasGiven)
                .Select(arguments.Value)
                .FirstOrDefault(value => value is not null),
            ConfiguredDefault = arguments.Value(IndexOptions.DefaultIndex) ?? arguments.Value(IndexOptions.IndexUrl),
            Strategy = arguments.Value(IndexOptions.IndexStrategy) switch
            {
                "unsafe-first-match" => IndexStrategy.UnsafeFirstMatch,
                "unsafe-best-match" => IndexStrategy.UnsafeBestMatch,
                _ => IndexStrategy.FirstIndex,
            },
            InsecureHosts = [.. arguments.Values(GlobalOptions.InsecureHost)],
            Files = files,
            Stated = settings.Indexes,
        };
    }

    /// <summary>Whether an index may help with a resolution.</summary>
    public static ResolverChoice Resolver(ParsedArguments arguments) =>
        arguments.Value(IndexOptions.Resolver) switch
        {
            "local" => ResolverChoice.Local,
            "server" => ResolverChoice.Server,
            _ => ResolverChoice.Auto,
        };
}
