using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait version [VERSION]`.</summary>
internal static class VersionCommand
{
    private static readonly Option Bump = new(
        "bump",
        OptionKind.Values,
        $"Raise a part of the version, or set it with PART=NUMBER: {string.Join(", ", VersionBump.Names)}"
    )
    {
        ValueName = "PART",
    };
    private static readonly Option Short = new("short", OptionKind.Flag, "Print only the version");
    private static readonly Option DryRun = PipOptions.DryRun with
    {
        Help = "Print the new version without setting it",
    };
    private static readonly Option OutputFormat = PipOptions.OutputFormat with { Help = "Print text or JSON" };

    public static Command Command { get; } =
        new("version", "Show or change the version of the project")
        {
            Positional = new Positional("VERSION", IsRequired: false, IsRepeatable: false),
            Options = () =>
                [
                    Bump,
                    DryRun,
                    Short,
                    OutputFormat,
                    ProjectOptions.Package,
                    ProjectOptions.Project,
                    .. ManifestChangeOptions.All,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var asked = arguments.Positionals.FirstOrDefault();
        var bumps = ReadBumps(arguments);
        if (asked is not null && bumps.Length > 0)
            throw new UsageException("a version and `--bump` cannot be used together");
        ManifestChangeOptions.CheckTogether(arguments);
        var workspace = ProjectAccess.Find(context, arguments);
        var project = ProjectAccess.Member(workspace, arguments);
        var old = VersionOf(project);
        if (asked is null && bumps.Length == 0)
        {
            Write(context, arguments, project, old, changed: null);
            return ExitCodes.Done;
        }

        var changed = asked is null ? Raised(old, bumps) : Parse(asked);
        if (!arguments.IsOn(DryRun))
        {
            var code = await new ManifestChangeRun(context, arguments).RunAsync(
                _ => Task.FromResult(Plan(context, arguments, changed)),
                cancellationToken
            );
            if (code != ExitCodes.Done)
                return code;
        }

        Write(context, arguments, project, old, changed);
        return ExitCodes.Done;
    }

    /// <summary>The manifest is read again: another process may have changed it meanwhile.</summary>
    private static ManifestChangePlan Plan(
        KraitContext context,
        ParsedArguments arguments,
        Packaging.Versions.Version version
    )
    {
        var target = ManifestTarget.Open(context, arguments, newScriptPython: null);
        target.Editor.TrySetVersion(version);
        return new ManifestChangePlan([target.Rewrite]) { IsInexact = true };
    }

    private static ImmutableArray<VersionBump> ReadBumps(ParsedArguments arguments)
    {
        var bumps = ImmutableArray.CreateBuilder<VersionBump>();
        foreach (var text in arguments.Values(Bump))
        {
            if (!VersionBump.TryParse(text, out var bump, out var error))
                throw new KraitException(error) { Kind = FailureKind.UnusableInput };
            bumps.Add(bump);
        }

        return bumps.ToImmutable();
    }

    private static Packaging.Versions.Version VersionOf(Project project)
    {
        if (project.Version is { } version)
            return version;
        if (project.Manifest.IsDynamic("version"))
        {
            throw new KraitException(
                new Diagnostic(
                    "dynamic-version",
                    $"the version of `{project.Label}` is dynamic: only its build backend knows it"
                )
                {
                    Hints = ["Change it where the backend takes it from, or state `project.version`"],
                }.In(project.ShownFile)
            );
        }

        throw new KraitException(
            new Diagnostic("no-version", "there is no `[project]` table that could have a version").In(
                project.ShownFile
            )
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private static Packaging.Versions.Version Raised(
        Packaging.Versions.Version version,
        ImmutableArray<VersionBump> bumps
    ) =>
        VersionBump.Apply(version, bumps, out var error)
        ?? throw new KraitException(error!) { Kind = FailureKind.UnusableInput }; // there is a reason where there is no version

    private static Packaging.Versions.Version Parse(string text) =>
        Packaging.Versions.Version.TryParse(text, out var version, out var error)
            ? version
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };

    private static void Write(
        KraitContext context,
        ParsedArguments arguments,
        Project project,
        Packaging.Versions.Version old,
        Packaging.Versions.Version? changed
    )
    {
        var isJson = string.Equals(arguments.Value(OutputFormat), "json", StringComparison.OrdinalIgnoreCase);
        var version = changed ?? old;
        if (isJson)
        {
            var json = JsonText.Of(
                writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("package_name", project.Name?.Value);
                    writer.WriteString("version", version.ToString());
                    if (changed is not null)
                        writer.WriteString("previous_version", old.ToString());
                    writer.WriteNull("commit_info");
                    writer.WriteEndObject();
                },
                isIndented: true
            );
            context.Terminal.WriteResult(json);
            return;
        }

        context.Terminal.WriteResult(
            arguments.IsOn(Short) ? $"{version}"
            : changed is null ? $"{project.Name} {old}"
            : $"{project.Name} {old} => {changed}"
        );
    }
}
