using System.Text;
using System.Text.Json;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>What is installed, in the forms of `pipenv graph`.</summary>
internal static class PipenvGraph
{
    /// <summary>A tree for people.</summary>
    public static string Text(InstalledGraph graph, bool isReverse, bool isBare)
    {
        var text = new StringBuilder();
        var roots = graph.Packages.Where(package =>
            isReverse ? package.Requirements.All(edge => edge.Target is null) : package.RequiredBy.IsEmpty
        );
        foreach (var root in roots)
        {
            text.Append(root.DisplayName).Append("==").Append(root.VersionText).Append('\n');
            if (isReverse)
                AppendRequirers(text, root, "", [root]);
            else
                AppendRequirements(text, root, "", [root], isBare);
        }

        return text.ToString();
    }

    /// <summary>A list of packages with what they require, or a tree.</summary>
    public static void WriteJson(Utf8JsonWriter writer, InstalledGraph graph, bool isTree)
    {
        writer.WriteStartArray();
        foreach (var package in graph.Packages.Where(package => !isTree || package.RequiredBy.IsEmpty))
        {
            writer.WriteStartObject();
            if (isTree)
            {
                WriteNames(writer, package, required: null);
            }
            else
            {
                writer.WriteStartObject("package");
                writer.WriteString("key", package.Name.Value);
                writer.WriteString("package_name", package.DisplayName);
                writer.WriteString("installed_version", package.VersionText);
                writer.WriteEndObject();
            }

            WriteDependencies(writer, package, isTree, [package]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDependencies(
        Utf8JsonWriter writer,
        InstalledPackage package,
        bool isTree,
        HashSet<InstalledPackage> above
    )
    {
        writer.WriteStartArray("dependencies");
        foreach (var edge in package.Requirements.OrderBy(edge => edge.Requirement.Name))
        {
            writer.WriteStartObject();
            var required = Required(edge);
            if (edge.Target is { } target)
            {
                WriteNames(writer, target, required);
            }
            else
            {
                writer.WriteString("key", edge.Requirement.Name.Value);
                writer.WriteString("package_name", edge.Requirement.Name.Value);
                writer.WriteString("installed_version", "?");
                writer.WriteString("required_version", required);
            }

            if (isTree && edge.Target is { } next && above.Add(next))
            {
                WriteDependencies(writer, next, isTree, above);
                above.Remove(next);
            }
            else if (isTree)
            {
                writer.WriteStartArray("dependencies");
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter writer, InstalledPackage package, string? required)
    {
        writer.WriteString("key", package.Name.Value);
        writer.WriteString("package_name", package.DisplayName);
        writer.WriteString("installed_version", package.VersionText);
        writer.WriteString("required_version", required ?? package.VersionText);
    }

    private static string Required(InstalledRequirement edge) =>
        edge.Requirement.Specifiers is { Clauses.IsEmpty: false } specifiers ? specifiers.ToString() : "Any";

    private static void AppendRequirements(
        StringBuilder text,
        InstalledPackage package,
        string indent,
        HashSet<InstalledPackage> above,
        bool isBare
    )
    {
        var edges = package.Requirements.OrderBy(edge => edge.Requirement.Name).ToList();
        foreach (var (index, edge) in edges.Index())
        {
            var isLast = index == edges.Count - 1;
            var name = edge.Target?.DisplayName ?? edge.Requirement.Name.Value;
            text.Append(indent).Append(isLast ? "└── " : "├── ").Append(name);
            text.Append(isBare ? "" : $" [required: {Required(edge)}, installed: {edge.Target?.VersionText ?? "?"}]")
                .Append('\n');
            if (edge.Target is { } next && above.Add(next))
            {
                AppendRequirements(text, next, indent + (isLast ? "    " : "│   "), above, isBare);
                above.Remove(next);
            }
        }
    }

    private static void AppendRequirers(
        StringBuilder text,
        InstalledPackage package,
        string indent,
        HashSet<InstalledPackage> below
    )
    {
        foreach (var (index, requirer) in package.RequiredBy.Index())
        {
            var isLast = index == package.RequiredBy.Length - 1;
            var edge = requirer.Requirements.First(one => one.Target == package);
            text.Append(indent)
                .Append(isLast ? "└── " : "├── ")
                .Append(requirer.DisplayName)
                .Append("==")
                .Append(requirer.VersionText);
            text.Append(" [requires: ").Append(package.DisplayName).Append(edge.Requirement.Specifiers).Append("]\n");
            if (below.Add(requirer))
            {
                AppendRequirers(text, requirer, indent + (isLast ? "    " : "│   "), below);
                below.Remove(requirer);
            }
        }
    }
}
