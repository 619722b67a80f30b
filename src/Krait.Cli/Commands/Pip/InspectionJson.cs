using System.Text.Json;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Metadata;
using Krait.Projects.Inspection;
using Krait.Resolver.Questions;

namespace Krait.Cli.Commands.Pip;

/// <summary>What the commands that look into an environment say, as JSON for programs (`--output-format json`).</summary>
internal static class InspectionJson
{
    public static readonly Option Format = new("output-format", OptionKind.Value, "Print text, or JSON for programs")
    {
        Aliases = ["format"],
        ValueName = "FORMAT",
        Choices = ["text", "json"],
        Default = "text",
    };

    /// <summary>Whether the user asks for JSON.</summary>
    public static bool IsWanted(ParsedArguments arguments) => arguments.Value(Format) is "json";

    /// <summary>`pip check`: whether all is well, and the problems.</summary>
    public static void WriteCheck(Terminal terminal, int packages, IReadOnlyList<EnvironmentProblem> problems) =>
        Write(
            terminal,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteBoolean("consistent", problems.Count == 0);
                writer.WriteNumber("packages", packages);
                writer.WriteStartArray("problems");
                foreach (var problem in problems)
                    WriteProblem(writer, problem);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );

    /// <summary>`pip show`: the metadata of packages.</summary>
    public static void WriteShow(Terminal terminal, IEnumerable<InstalledPackage> packages, bool withFiles) =>
        Write(
            terminal,
            writer =>
            {
                writer.WriteStartArray();
                foreach (var package in packages)
                    WriteMetadata(writer, package, withFiles);
                writer.WriteEndArray();
            }
        );

    /// <summary>`pip tree`: the roots by name, and each package once with what it requires.</summary>
    public static void WriteTree(
        Terminal terminal,
        IEnumerable<InstalledPackage> roots,
        IEnumerable<InstalledPackage> packages
    ) =>
        Write(
            terminal,
            writer =>
            {
                writer.WriteStartObject();
                WriteNames(writer, "roots", roots.Select(root => root.Name.Value));
                writer.WriteStartArray("packages");
                foreach (var package in packages)
                    WriteNode(writer, package);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );

    /// <summary>`pip why`: each chosen version of a package, how it is required, and what keeps it from the newest one.</summary>
    public static void WriteWhy(Terminal terminal, IEnumerable<Why> reasons) =>
        Write(
            terminal,
            writer =>
            {
                writer.WriteStartArray();
                foreach (var reason in reasons)
                    WriteReason(writer, reason);
                writer.WriteEndArray();
            }
        );

    /// <summary>`pip why-not`: whether a version is `chosen`, `possible` or `impossible`, and what is in its way.</summary>
    public static void WriteWhyNot(Terminal terminal, string name, string version, WhyNot answer) =>
        Write(
            terminal,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteString("version", version);
                var impossible = answer as WhyNot.Impossible;
                var word = answer is WhyNot.Chosen ? "chosen" : "possible";
                writer.WriteString("answer", impossible is null ? word : "impossible");
                if (impossible?.Culprit is { } culprit)
                {
                    writer.WriteStartObject("culprit");
                    writer.WriteString("requirement", culprit.Requirement.ToString());
                    WriteKnown(writer, "origin", culprit.Origin?.ToString());
                    writer.WriteEndObject();
                }

                if (impossible is not null)
                {
                    writer.WriteString("message", impossible.Explanation.Diagnostic.Message);
                    WriteNames(writer, "notes", impossible.Explanation.Diagnostic.Notes);
                }

                writer.WriteEndObject();
            }
        );

    private static void Write(Terminal terminal, Action<Utf8JsonWriter> write) =>
        terminal.WriteResult(JsonText.Of(write, isIndented: true));

    private static void WriteProblem(Utf8JsonWriter writer, EnvironmentProblem problem)
    {
        var (kind, package) = problem switch
        {
            EnvironmentProblem.Missing one => ("missing", one.Package),
            EnvironmentProblem.Conflicting one => ("conflicting", one.Package),
            EnvironmentProblem.WrongPython one => ("wrong-python", one.Package),
            EnvironmentProblem.WrongPlatform one => ("wrong-platform", one.Package),
            EnvironmentProblem.Unreadable one => ("unreadable", one.Package),
            EnvironmentProblem.Duplicate => ("duplicate", null),
            EnvironmentProblem.Incomplete => ("incomplete", (InstalledPackage?)null),
            _ => ("other", null),
        };
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("message", problem.Message);
        var name = problem switch
        {
            EnvironmentProblem.Duplicate one => one.Name.Value,
            EnvironmentProblem.Incomplete one => one.Distribution.Name.Value,
            _ => package?.Name.Value,
        };
        WriteKnown(writer, "package", name);
        WriteKnown(
            writer,
            "version",
            package?.VersionText ?? (problem as EnvironmentProblem.Incomplete)?.Distribution.VersionText
        );
        var requirement = problem switch
        {
            EnvironmentProblem.Missing one => one.Requirement.ToString(),
            EnvironmentProblem.Conflicting one => one.Requirement.ToString(),
            EnvironmentProblem.WrongPython one => one.RequiresPython.ToString(),
            _ => null,
        };
        WriteKnown(writer, "requirement", requirement);
        WriteKnown(writer, "installed", (problem as EnvironmentProblem.Conflicting)?.Installed.VersionText);
        writer.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, InstalledPackage package, bool withFiles)
    {
        var raw = RawMetadata.Parse(package.Distribution.ReadMetadata());
        writer.WriteStartObject();
        writer.WriteString("name", package.DisplayName);
        writer.WriteString("version", package.VersionText);
        foreach (var key in new[] { "summary", "home_page", "author", "author_email", "license", "license_expression" })
            WriteKnown(writer, key, raw.Text(key));
        writer.WriteString("location", package.Distribution.Location);
        WriteKnown(writer, "editable_project_location", package.EditableLocation);
        WriteKnown(writer, "installer", package.Distribution.Installer);
        WriteNames(writer, "requires", Required(package));
        WriteNames(writer, "required_by", package.RequiredBy.Select(other => other.Name.Value));
        if (withFiles)
            WriteNames(writer, "files", PipShowCommand.FilesOf(package) ?? []);
        writer.WriteEndObject();
    }

    private static IEnumerable<string> Required(InstalledPackage package) =>
        package
            .Requirements.Select(one => one.Requirement.Name.Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private static void WriteNode(Utf8JsonWriter writer, InstalledPackage package)
    {
        writer.WriteStartObject();
        writer.WriteString("name", package.Name.Value);
        writer.WriteString("version", package.VersionText);
        writer.WriteStartArray("requires");
        foreach (var edge in package.Requirements.OrderBy(edge => edge.Requirement.Name))
        {
            writer.WriteStartObject();
            writer.WriteString("name", edge.Requirement.Name.Value);
            writer.WriteString("specifier", edge.Requirement.Specifiers?.ToString() ?? "");
            WriteKnown(writer, "installed", edge.Target?.VersionText);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteNames(writer, "required_by", package.RequiredBy.Select(other => other.Name.Value));
        writer.WriteEndObject();
    }

    private static void WriteReason(Utf8JsonWriter writer, Why reason)
    {
        writer.WriteStartObject();
        writer.WriteString("name", reason.Package.Name.Value);
        writer.WriteString("version", reason.Package.Version.ToString());
        writer.WriteString("newest", reason.Newest.ToString());
        writer.WriteStartArray("paths");
        foreach (var path in reason.Paths)
        {
            writer.WriteStartArray();
            foreach (var step in path.Steps)
                WriteStep(writer, step);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("has_more_paths", reason.HasMorePaths);
        writer.WriteStartArray("bounds");
        foreach (var step in reason.Bounds)
            WriteStep(writer, step);
        writer.WriteEndArray();
        WriteKnown(writer, "reason", reason.Reason);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, WhyStep step)
    {
        writer.WriteStartObject();
        WriteKnown(writer, "requirer", step.Requirer?.Name.Value);
        WriteKnown(writer, "requirer_version", step.Requirer?.Version.ToString());
        WriteKnown(writer, "extra", step.Extra?.ToString());
        writer.WriteString("requirement", step.Requirement.ToString());
        WriteKnown(writer, "origin", step.Origin?.ToString());
        writer.WriteString("source", step.Source.ToString().ToLowerInvariant());
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string key, IEnumerable<string> names)
    {
        writer.WriteStartArray(key);
        foreach (var name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
