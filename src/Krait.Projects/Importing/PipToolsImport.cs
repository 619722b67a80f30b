using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Projects.Compiling;

namespace Krait.Projects.Importing;

/// <summary>Reads the requirements of pip-tools: `NAME.in` says what is wanted, `NAME.txt` what was chosen.</summary>
/// <param name="project">What is read.</param>
/// <param name="folder">The directory.</param>
internal sealed class PipToolsImport(ImportedProject project, ImportFolder folder)
{
    private const string Main = "requirements";

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly HashSet<(PackageName, string)> pinned = [];
    private readonly List<string> constraints = [];

    /// <summary>Reads all files of the directory.</summary>
    /// <exception cref="KraitException">A file cannot be used (unusable input).</exception>
    public static void Read(ImportedProject project, ImportFolder folder) =>
        new PipToolsImport(project, folder).ReadAll();

    /// <summary>The files of a directory that say what is wanted: the project's own first, then those of groups.</summary>
    public static IEnumerable<(string File, ExtraName? Group)> InputsIn(ImportFolder folder)
    {
        if (folder.Has(Main + ".in"))
            yield return (Main + ".in", null);
        else if (folder.Has(Main + ".txt"))
            yield return (Main + ".txt", null);
        foreach (var file in folder.NamesWith(".in"))
        {
            var name = Path.GetFileNameWithoutExtension(file).Replace(Main, "", StringComparison.Ordinal);
            // `MANIFEST.in` lists files, not requirements.
            if (file is not "MANIFEST.in" && ExtraName.TryParse(name.Trim('-', '_', '.'), out var group, out _))
                yield return (file, group);
        }
    }

    private void ReadAll()
    {
        var hasProject = folder.TomlOf("pyproject.toml")?.Find("project", "dependencies") is not null;
        var inputs = InputsIn(folder).ToList();
        if (inputs.Count == 0 || (hasProject && inputs is [(Main + ".txt", null)]))
            ReadPins(Main + ".txt");
        foreach (var (file, group) in inputs)
        {
            var place = group is { } name ? DependencyPlace.OfGroup(name) : DependencyPlace.Main;
            var isInput = file.EndsWith(".in", StringComparison.Ordinal);
            if (isInput || !hasProject)
                ReadFile(file, place, isConstraints: false);
            ReadPins(isInput ? Path.ChangeExtension(file, ".txt") : file);
        }

        if (constraints.Count > 0)
            project.Settings.Add((["constraint-dependencies"], TomlArray.OfStrings(constraints)));
    }

    private void ReadFile(string file, DependencyPlace place, bool isConstraints)
    {
        if (!seen.Add(file))
            return;
        if (folder.TextOf(file) is not { } text)
        {
            project.Lose($"`{file}` does not exist");
            return;
        }

        var (lines, errors) = RequirementsFileParser.Parse(text, file, isConstraints, NoVariables);
        if (!errors.IsEmpty)
            throw ImportFolder.Unusable(errors[0]);
        foreach (var line in lines)
        {
            switch (line)
            {
                case RequirementsLine.Requested { IsConstraint: true } limit:
                    constraints.Add(limit.Text.Trim());
                    break;
                case RequirementsLine.Requested requested:
                    ReadRequirement(requested, place);
                    break;
                case RequirementsLine.Included included:
                    ReadIncluded(included, place);
                    break;
                case RequirementsLine.Configured configured:
                    ReadOptions(configured);
                    break;
            }
        }
    }

    private void ReadRequirement(RequirementsLine.Requested line, DependencyPlace place)
    {
        var text = line.Text.Trim();
        if (!line.IsEditable && Requirement.TryParse(text, out _, out _))
        {
            project.Require(place, text);
            return;
        }

        var mark = line.IsEditable ? "-e " : "";
        var add = line.IsEditable ? Control.AddEditable : Control.Add;
        var written = line.Verbatim.Trim();
        project.Lose(
            text is "." or "./"
                ? Remedy.Of(
                    $"`{mark}.` in `{line.Source}` is the project itself, which is installed if there is a `[build-system]`"
                )
                : Remedy.Of($"`{mark}{written}` in `{line.Source}` has no name; use {add.With(written)}")
        );
    }

    private void ReadIncluded(RequirementsLine.Included line, DependencyPlace place)
    {
        var input = Path.ChangeExtension(line.Target, ".in");
        // Layers limit each other by what was compiled; one lock holds all of them together.
        if (line.Target.EndsWith(".txt", StringComparison.Ordinal) && folder.Has(input))
        {
            if (!line.IsConstraints && !IsInput(input))
                ReadFile(input, place, isConstraints: false);
            return;
        }

        if (line.IsConstraints || !IsInput(line.Target))
            ReadFile(line.Target, place, line.IsConstraints);
    }

    private bool IsInput(string file) =>
        InputsIn(folder).Any(one => string.Equals(one.File, file, StringComparison.Ordinal));

    private void ReadOptions(RequirementsLine.Configured line)
    {
        var options = line.Options;
        foreach (var location in options.ExtraIndexUrls)
            project.Index(name: null, location.Written, isDefault: false, isExplicit: false);
        foreach (var location in options.FindLinks)
            project.Index(name: null, location.Written, isDefault: false, isExplicit: false, isFlat: true);
        if (options.IndexUrl is { } index)
            project.Index(name: null, index.Written, isDefault: true, isExplicit: false);
        if (options.AllowsPrereleases)
            project.Settings.Add((["prerelease"], "allow"));
        if (!options.NoBinary.IsEmpty || !options.OnlyBinary.IsEmpty || options.HasNoIndex || options.PrefersBinary)
            project.Lose($"line {line.Number} of `{line.Source}` sets options of pip; state them as settings of krait");
        foreach (var host in options.TrustedHosts)
            project.Lose($"`{host}` is not trusted without a certificate; pass {Control.TrustedHost.With(host)}");
    }

    private void ReadPins(string file)
    {
        if (folder.TextOf(file) is not { } text)
            return;
        foreach (var pin in EarlierPins.Read(text, file, NoVariables, []))
        {
            if (pinned.Add((pin.Name, pin.Version.ToString())))
                project.Pin(new ImportedPin(pin.Name, pin.Version) { Marker = pin.Marker.ToText() });
        }

        ReadCommand(text);
        const string Header = "autogenerated by pip-compile with Python ";
        if (text.IndexOf(Header, StringComparison.Ordinal) is >= 0 and var at)
        {
            var end = at + Header.Length;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
                end++;
            project.Field("requires-python", $">={text.AsSpan(at + Header.Length, end - at - Header.Length)}");
        }
    }

    /// <summary>The indexes that `pip-compile` was told, which its header repeats.</summary>
    private void ReadCommand(string text)
    {
        var command = text.Split('\n').Select(line => line.Trim(' ', '#', '\r')).FirstOrDefault(IsCommand);
        foreach (var word in command?.Split(' ') ?? [])
        {
            var isDefault = word.StartsWith("--index-url=", StringComparison.Ordinal);
            if (!isDefault && !word.StartsWith("--extra-index-url=", StringComparison.Ordinal))
                continue;
            var url = word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('\'', '"');
            if (!project.Indexes.Exists(index => string.Equals(index.GetString("url"), url, StringComparison.Ordinal)))
                project.Index(name: null, url, isDefault, isExplicit: false);
        }

        static bool IsCommand(string line) => line.StartsWith("pip-compile ", StringComparison.Ordinal);
    }

    private static ImmutableDictionary<string, string> NoVariables => ImmutableDictionary<string, string>.Empty;
}
