using System.Collections.Immutable;
using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait why` and `krait why-not`: the lock of the project explains itself, without a request.</summary>
internal static class LockWhyCommands
{
    private const int MostPaths = 10;

    private static readonly Option OutputFormat = PipOptions.OutputFormat with { Help = "Print text or JSON" };

    public static Command Why { get; } =
        new("why", "Explain by the lock file why the project needs a package")
        {
            Positional = new Positional("PACKAGE", IsRequired: true, IsRepeatable: false),
            Options = () => [OutputFormat, ProjectOptions.Script, ProjectOptions.Project],
            RunAsync = (context, arguments, _) => Task.FromResult(RunWhy(context, arguments)),
        };

    public static Command WhyNot { get; } =
        new("why-not", "Explain by the lock file what excludes a version of a package")
        {
            Positional = new Positional("PACKAGE==VERSION", IsRequired: true, IsRepeatable: false),
            Options = () => [OutputFormat, ProjectOptions.Script, ProjectOptions.Project],
            RunAsync = (context, arguments, _) => Task.FromResult(RunWhyNot(context, arguments)),
        };

    private static int RunWhy(KraitContext context, ParsedArguments arguments)
    {
        var name = NameLists.ParseName(arguments.Positionals[0]);
        var (workspace, found, units) = Read(context, arguments);
        var graph = new LockedGraph(found, workspace, units);
        var nodes = graph
            .Nodes.Where(node => string.Equals(node.Name, name.Value, StringComparison.Ordinal))
            .Where(node => node.Package is not null || node.Member is not null)
            .ToList();
        if (nodes.Count == 0)
            throw NotLocked(graph, name);
        var paths = new LockedPaths(graph, units);
        var reasons = nodes.Select(node => (Node: node, Paths: paths.Find(node, MostPaths + 1))).ToList();
        if (arguments.Value(OutputFormat) is "json")
        {
            context.Terminal.WriteResult(JsonText.Of(writer => WriteJson(writer, reasons), isIndented: true));
            return ExitCodes.Done;
        }

        foreach (var (node, ways) in reasons)
        {
            context.Terminal.WriteResult(Title(node));
            foreach (var way in ways.Take(MostPaths))
                context.Terminal.WriteResult($"  {Text(way)}");
            if (ways.Length > MostPaths)
                context.Terminal.WriteResult("  … and in other ways");
            if (ways.IsEmpty)
            {
                context.Terminal.WriteResult(
                    node.Member is null ? "  nothing requires it" : "  a member of the workspace"
                );
            }
        }

        return ExitCodes.Done;
    }

    private static int RunWhyNot(KraitContext context, ParsedArguments arguments)
    {
        var text = arguments.Positionals[0];
        if (!Requirement.TryParse(text, out var asked, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        if (asked.Specifiers is not { IsExactPin: true, Clauses: [{ Version: { } version }] })
            throw new UsageException($"`{text}` does not name one version", $"Write `{asked.Name}==VERSION`");
        var (workspace, found, units) = Read(context, arguments);
        var requirements = new LockedRequirements(found, workspace.Root, units);
        var locked = found
            .Pylock.Packages.Where(package => string.Equals(package.Name, asked.Name.Value, StringComparison.Ordinal))
            .Select(package => package.Version)
            .OfType<Version>()
            .Order()
            .ToList();
        if (locked.Count == 0 && !requirements.On(asked.Name).Any())
            throw NotLocked(new LockedGraph(found, workspace, units), asked.Name);
        var holders = requirements.Excluding(asked.Name, version);
        var pin = $"{asked.Name}=={version}";
        if (arguments.Value(OutputFormat) is "json")
        {
            context.Terminal.WriteResult(
                JsonText.Of(writer => WriteJson(writer, (asked.Name, version), locked, holders), isIndented: true)
            );
            return holders.IsEmpty ? ExitCodes.Done : ExitCodes.Failed;
        }

        if (locked.Contains(version))
        {
            context.Terminal.WriteResult($"`{pin}` is locked");
            return ExitCodes.Done;
        }

        if (holders.IsEmpty)
        {
            context.Terminal.WriteResult(
                $"nothing in the lock file excludes `{pin}`; {string.Join(", ", locked)} is locked"
            );
            context.Terminal.Say($"To lock it, and what it requires, run `krait lock --upgrade-package {pin}`");
            return ExitCodes.Done;
        }

        DiagnosticRenderer.WriteError(
            context.Terminal,
            new Diagnostic("impossible-version", $"`{pin}` is excluded by the lock file")
            {
                Notes = [.. holders.Select(holder => $"{holder.By} requires {Plain(holder.Requirement)}")],
                Hints = holders[0].IsOwn
                    ?
                    [
                        $"Relax `{holders[0].Requirement}` of {holders[0].By}, or raise it with `krait upgrade {asked.Name}`",
                    ]
                    : [$"A newer version of {holders[0].By} may accept it: `krait pip why-not {pin}` asks the index"],
            }
        );
        return ExitCodes.Failed;
    }

    private static (Workspace Workspace, WorkspaceLock Found, LockUnits Units) Read(
        KraitContext context,
        ParsedArguments arguments
    )
    {
        var workspace = ProjectAccess.Find(context, arguments);
        var shown = Path.GetRelativePath(context.WorkingFolder, workspace.LockFile);
        var found = WorkspaceLock.TryRead(workspace.LockFile, shown) ?? throw WorkspaceLock.Missing(workspace, shown);
        workspace = MemberDescriptions.Recall(workspace, found);
        return (workspace, found, new LockUnits(workspace));
    }

    private static KraitException NotLocked(LockedGraph graph, PackageName name)
    {
        var nearest = Suggestions.Nearest(
            name.Value,
            [.. graph.Nodes.Select(node => node.Name).Distinct(StringComparer.Ordinal)]
        );
        return new KraitException(
            new Diagnostic("not-needed", $"the lock file has no `{name}`: nothing requires it")
            {
                Hints = nearest is null ? [] : [$"Did you mean `{nearest}`?"],
            }
        );
    }

    private static string Title(LockedNode node)
    {
        var marker =
            node.Package?.Marker is { } text && Marker.TryParse(text, out var parsed, out _)
                ? parsed.WithoutChoices().ToText()
                : null;
        var version = node.Version is { } known ? $" {known}" : "";
        return $"{node.Name}{version}{(marker is null ? "" : $" where {marker}")}";
    }

    private static string Text(LockedPath path)
    {
        var steps = path.Steps.Select(
            (edge, place) =>
                place == 0
                    ? $"{LockedRequirements.LabelOf(path.Start)} asks for {Plain(edge.Requirement)}{Where(edge.Requirement)}"
                    : $"{Requirer(path.Steps[place - 1].To)} requires {Plain(edge.Requirement)}{Where(edge.Requirement)}"
        );
        return string.Join(" → ", steps);
    }

    private static string Requirer(LockedNode node) =>
        node.Version is { } version ? $"{node.Name} {version}" : node.Name;

    private static string Plain(Requirement requirement) => requirement.WithMarker(Marker.True).ToString();

    private static string Where(Requirement requirement) =>
        requirement.Marker.WithoutExtras().ToText() is { } marker ? $" where {marker}" : "";

    private static void WriteJson(
        Utf8JsonWriter writer,
        List<(LockedNode Node, ImmutableArray<LockedPath> Paths)> reasons
    )
    {
        writer.WriteStartArray();
        foreach (var (node, paths) in reasons)
        {
            writer.WriteStartObject();
            writer.WriteString("name", node.Name);
            writer.WriteString("version", node.Version?.ToString());
            writer.WriteStartArray("paths");
            foreach (var path in paths.Take(MostPaths))
            {
                writer.WriteStartArray();
                for (var i = 0; i < path.Steps.Length; i++)
                {
                    writer.WriteStartObject();
                    var by = i == 0 ? LockedRequirements.LabelOf(path.Start) : Requirer(path.Steps[i - 1].To);
                    writer.WriteString("by", by);
                    writer.WriteString("requirement", path.Steps[i].Requirement.ToString());
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("more", paths.Length > MostPaths);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteJson(
        Utf8JsonWriter writer,
        (PackageName Name, Version Version) asked,
        List<Version> locked,
        ImmutableArray<VersionHolder> holders
    )
    {
        writer.WriteStartObject();
        writer.WriteString("name", asked.Name.Value);
        writer.WriteString("version", asked.Version.ToString());
        writer.WriteStartArray("locked");
        foreach (var version in locked)
            writer.WriteStringValue(version.ToString());
        writer.WriteEndArray();
        writer.WriteBoolean("excluded", !holders.IsEmpty);
        writer.WriteStartArray("excluded_by");
        foreach (var holder in holders)
        {
            writer.WriteStartObject();
            writer.WriteString("by", holder.By);
            writer.WriteString("requirement", holder.Requirement.ToString());
            writer.WriteBoolean("own", holder.IsOwn);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
