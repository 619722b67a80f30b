using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Markers;
using Krait.Projects.Locking;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait outdated`: what could be raised, and what holds each package back.</summary>
internal static class OutdatedCommand
{
    private const int MostHolders = 3;

    private static readonly string[] Headings = ["Package", "Locked", "Upgrade", "Latest", "Held back by"];

    private static readonly Option Direct = new(
        "direct",
        OptionKind.Flag,
        "Show only what the project itself requires"
    );
    private static readonly Option Check = new("check", OptionKind.Flag, "Exit with 1 if a package is not the newest");
    private static readonly Option OutputFormat = PipOptions.OutputFormat with { Help = "Print text or JSON" };

    public static Command Command { get; } =
        new("outdated", "Show which locked packages have newer versions, and what holds them back")
        {
            Options = () =>
                [
                    Direct,
                    Check,
                    OutputFormat,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    PipOptions.NoSources,
                    PipOptions.NoSourcesPackage,
                    PipOptions.Python,
                    PipOptions.LinkMode,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        using var project = await ProjectRun.OpenAsync(context, arguments, run, changes: false, cancellationToken);
        var request = await project.CreateLockRequestAsync(LockUse.Update, cancellationToken);
        var bench = await project.CreateBenchAsync(request, cancellationToken);
        if (await LockAsync(context, run, new LockOperation(bench), request, cancellationToken) is not { } now)
            return ExitCodes.Failed;
        var all = request with
        {
            Options = request.Options with { Resolve = request.Options.Resolve with { UpgradesAll = true } },
        };
        if (await LockAsync(context, run, new LockOperation(bench), all, cancellationToken) is not { } upgraded)
            return ExitCodes.Failed;
        var found = await new OutdatedPackages(project.Workspace).FindAsync(bench, now, upgraded, cancellationToken);
        if (arguments.IsOn(Direct))
            found = [.. found.Where(one => one.IsDirect)];
        run.Display.Stop();
        if (arguments.Value(OutputFormat) is "json")
            WriteJson(context.Terminal, found);
        else if (found.IsEmpty)
            context.Terminal.Say("Every locked package is the newest");
        else
            Write(context.Terminal, found);
        return arguments.IsOn(Check) && !found.IsEmpty ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>A lock that is not written.</summary>
    private static async Task<WorkspaceLock?> LockAsync(
        KraitContext context,
        CommandRun run,
        LockOperation operation,
        LockRequest request,
        CancellationToken cancellationToken
    )
    {
        var answer = await operation.RunAsync(request, isDryRun: true, cancellationToken);
        if (answer is LockAnswer.Ready ready)
            return ready.Lock;
        run.Display.Stop();
        DiagnosticRenderer.WriteError(context.Terminal, ((LockAnswer.NoSolution)answer).Explanation.Diagnostic);
        return null;
    }

    private static void Write(Terminal terminal, ImmutableArray<OutdatedPackage> found)
    {
        var rows = new List<string[]> { Headings };
        rows.AddRange(
            found.Select(one =>
                new[]
                {
                    one.IsDirect ? one.Name.Value : $"{one.Name} (indirect)",
                    string.Join(", ", one.Locked),
                    one.Reachable?.ToString() ?? "-",
                    one.Latest.ToString(),
                    Reason(one),
                }
            )
        );
        TextTable.Write(terminal, rows);
    }

    private static string Reason(OutdatedPackage one)
    {
        if (one.Reachable is { } reachable && reachable >= one.Latest)
            return "";
        if (one.Holders.IsEmpty)
            return $"the Python versions of the project, or other packages: see `krait pip why-not {one.Name}=={one.Latest}`";
        var shown = one.Holders.Take(MostHolders).Select(holder => $"{holder.By}: {Plain(holder)}");
        return string.Join("; ", shown) + (one.Holders.Length > MostHolders ? "; …" : "");
    }

    private static string Plain(VersionHolder holder) => holder.Requirement.WithMarker(Marker.True).ToString();

    private static void WriteJson(Terminal terminal, ImmutableArray<OutdatedPackage> found) =>
        terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    writer.WriteStartArray();
                    foreach (var one in found)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", one.Name.Value);
                        writer.WriteStartArray("locked");
                        foreach (var version in one.Locked)
                            writer.WriteStringValue(version.ToString());
                        writer.WriteEndArray();
                        writer.WriteString("upgrade", one.Reachable?.ToString());
                        writer.WriteString("latest", one.Latest.ToString());
                        writer.WriteBoolean("direct", one.IsDirect);
                        writer.WriteStartArray("held_back_by");
                        foreach (var holder in one.Holders)
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

                    writer.WriteEndArray();
                },
                isIndented: true
            )
        );
}
