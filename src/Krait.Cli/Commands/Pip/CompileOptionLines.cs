using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Index;
using Krait.Packaging.Locations;
using Krait.Packaging.Names;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Sources;

namespace Krait.Cli.Commands.Pip;

/// <summary>The lines at the top of a compiled file that tell pip where its packages come from.</summary>
internal static class CompileOptionLines
{
    /// <summary>The lines that the options ask for; no credential is among them.</summary>
    public static ImmutableArray<string> Of(ParsedArguments arguments, CompileRequest request, IndexSettings indexes)
    {
        var inputs = request.Inputs;
        var lines = ImmutableArray.CreateBuilder<string>();
        if (IsWanted(arguments, CompileOptions.EmitIndexUrl))
            AddIndexes(lines, arguments, inputs, indexes);
        if (IsWanted(arguments, CompileOptions.EmitFindLinks))
        {
            var links = arguments
                .Values(IndexOptions.FindLinks)
                .Select(WithoutCredential)
                .Concat(inputs.Options.SelectMany(options => options.FindLinks).Select(link => Text(link, request)));
            lines.AddRange(links.Distinct(StringComparer.Ordinal).Select(link => $"--find-links {link}"));
        }

        if (IsWanted(arguments, CompileOptions.EmitTrustedHost))
        {
            var hosts = arguments
                .Values(GlobalOptions.InsecureHost)
                .Concat(inputs.Options.SelectMany(options => options.TrustedHosts));
            lines.AddRange(hosts.Distinct(StringComparer.Ordinal).Select(host => $"--trusted-host {host}"));
        }

        if (IsWanted(arguments, CompileOptions.EmitBuildOptions))
        {
            var files = FilePolicies.Apply(request.Resolve.Files, inputs.Options);
            AddNames(lines, "--no-binary", files.NoBinary, files.NoBinaryPackages);
            AddNames(lines, "--only-binary", files.NoBuild, files.NoBuildPackages);
        }

        return lines.ToImmutable();
    }

    /// <summary>One option speaks for its line, `--emit-options` for all.</summary>
    private static bool IsWanted(ParsedArguments arguments, Option option) =>
        arguments.Switch(option) ?? arguments.IsOn(CompileOptions.EmitOptions);

    private static void AddIndexes(
        ImmutableArray<string>.Builder lines,
        ParsedArguments arguments,
        RequirementSet inputs,
        IndexSettings indexes
    )
    {
        if (arguments.IsOn(IndexOptions.NoIndex) || inputs.Options.Any(options => options.HasNoIndex))
            lines.Add("--no-index");
        var main = indexes.Indexes.FirstOrDefault(index => index.IsDefault);
        if (
            main is not null
            && !string.Equals(main.Url.Canonical.TrimEnd('/'), IndexLocation.PublicIndex, StringComparison.Ordinal)
        )
        {
            lines.Add($"--index-url {Text(main)}");
        }

        foreach (
            var extra in indexes.Indexes.Where(index => !index.IsDefault).Select(Text).Distinct(StringComparer.Ordinal)
        )
        {
            lines.Add($"--extra-index-url {extra}");
        }
    }

    /// <summary>`:all:` first, then names in order.</summary>
    private static void AddNames(
        ImmutableArray<string>.Builder lines,
        string option,
        bool coversAll,
        IEnumerable<PackageName> names
    )
    {
        if (coversAll)
            lines.Add($"{option} {NameLists.All}");
        lines.AddRange(names.Order().Select(name => $"{option} {name}"));
    }

    /// <summary>An index keeps the variables of its address, whose values may be secret.</summary>
    private static string Text(IndexLocation index) => index.Written ?? index.Url.ToString();

    /// <summary>A directory beside a requirements file, as it is seen from the output.</summary>
    private static string Text(WrittenLocation link, CompileRequest request)
    {
        if (link.HasVariables)
            return link.Shown;
        if (!link.Target.IsPath || Path.IsPathRooted(link.Written) || !Path.IsPathRooted(link.Target.Text))
            return WithoutCredential(link.Written);
        var from = request.OutputFolder ?? request.WorkingFolder;
        return string.Equals(Path.GetFullPath(link.Written, from), link.Target.Text, StringComparison.Ordinal)
            ? link.Written
            : Path.GetRelativePath(from, link.Target.Text);
    }

    private static string WithoutCredential(string link) =>
        Location.IsUrl(link) && SafeUrl.TryParse(link, out var url, out _) ? url.ToString() : link;
}
