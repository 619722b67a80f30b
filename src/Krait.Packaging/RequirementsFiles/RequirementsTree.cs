using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Locations;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>
/// A requirements file with all that it includes. It asks for the texts that it needs, so that whoever has them decides how they are
/// read: <c>while (tree.NextMissing is { } location) tree.Supply(location, …)</c>.
/// </summary>
/// <param name="variables">What `${NAME}` is looked up in.</param>
public sealed class RequirementsTree(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>Nobody writes so many files, but a server may answer without end.</summary>
    private const int MostFiles = 10_000;

    /// <summary>Files may be included again and again, to a number that no list of requirements reaches.</summary>
    private const int MostLines = 1_000_000;

    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly Queue<(string Location, bool IsConstraints)> missing = new();
    private readonly Dictionary<(string Location, bool IsConstraints), ImmutableArray<RequirementsLine>> files = [];
    private readonly List<Diagnostic> errors = [];

    /// <summary>A location whose text is needed next: an absolute path or a URL; null when all are there.</summary>
    public string? NextMissing => missing.TryPeek(out var next) ? next.Location : null;

    /// <summary>What is wrong in any of the files.</summary>
    public IReadOnlyList<Diagnostic> Errors => errors;

    /// <summary>Asks for a file.</summary>
    /// <param name="location">Its absolute path or URL.</param>
    /// <param name="isConstraints">Whether what it says only limits versions.</param>
    public void Add(string location, bool isConstraints)
    {
        if (files.Count < MostFiles && files.TryAdd((location, isConstraints), []))
            missing.Enqueue((location, isConstraints));
    }

    /// <summary>Gives the text of <see cref="NextMissing"/>.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing.</exception>
    public void Supply(string text)
    {
        var file = missing.Dequeue();
        var isRemote = Location.Of(file.Location).IsRemote;
        // Whoever writes a file on a server must not learn what this machine's variables hold.
        var known = isRemote ? NoVariables : variables;
        var (lines, problems) = RequirementsFileParser.Parse(text, file.Location, file.IsConstraints, known);
        errors.AddRange(problems);
        if (isRemote)
            lines = RefuseLocal(lines);
        files[file] = lines;
        foreach (var included in lines.OfType<RequirementsLine.Included>())
        {
            if (files.Count >= MostFiles && !files.ContainsKey((Locate(included), included.IsConstraints)))
            {
                var message = $"more than {MostFiles} files include each other";
                errors.Add(new Diagnostic("too-many-files", message).In(included.Source, included.Number));
                missing.Clear();
                return;
            }

            Add(Locate(included), included.IsConstraints);
        }
    }

    /// <summary>The lines of a file from a server without those that include files of this machine, which are errors.</summary>
    private ImmutableArray<RequirementsLine> RefuseLocal(ImmutableArray<RequirementsLine> lines)
    {
        foreach (var line in lines)
        {
            if (IsLocalInclude(line))
            {
                const string Message = "a remote requirements file cannot include files of this machine";
                errors.Add(new Diagnostic("remote-include", Message).In(line.Source, line.Number));
            }
        }

        return [.. lines.Where(line => !IsLocalInclude(line))];
    }

    private static bool IsLocalInclude(RequirementsLine line) =>
        line is RequirementsLine.Included included && !Location.Of(Locate(included)).IsRemote;

    /// <summary>Says that <see cref="NextMissing"/> cannot be read, and why.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing.</exception>
    public void Fail(Diagnostic reason)
    {
        missing.Dequeue();
        errors.Add(reason);
    }

    /// <summary>
    /// The lines of a file with those of included files in their place; a file that includes itself is an error. What is included again says
    /// nothing new, unless there are options in it: of these, the order counts.
    /// </summary>
    public IReadOnlyList<RequirementsLine> Flatten(string location, bool isConstraints)
    {
        var flat = new List<RequirementsLine>();
        var repeated = FilesWithOptions();
        var seen = new HashSet<(string Location, bool IsConstraints)>();
        var inside = new HashSet<string>(StringComparer.Ordinal) { location };
        var open = new Stack<((string Location, bool IsConstraints) File, int Next)>();
        open.Push(((location, isConstraints), 0));
        for (var steps = 0; open.TryPop(out var top); )
        {
            var lines = files.GetValueOrDefault(top.File, []);
            var i = top.Next;
            while (i < lines.Length && lines[i] is not RequirementsLine.Included)
                flat.Add(lines[i++]);
            if (i == lines.Length)
            {
                inside.Remove(top.File.Location);
                continue;
            }

            open.Push((top.File, i + 1));
            var included = (RequirementsLine.Included)lines[i];
            var target = (Location: Locate(included), included.IsConstraints);
            steps += i + 1 - top.Next;
            if (steps > MostLines)
            {
                errors.Add(Endless(included));
                break;
            }

            if (inside.Contains(target.Location))
            {
                errors.Add(Recursion(included, target.Location));
            }
            else if (seen.Add(target) || repeated.Contains(target))
            {
                inside.Add(target.Location);
                open.Push((target, 0));
            }
        }

        return flat;
    }

    /// <summary>The files that hold options, themselves or in what they include.</summary>
    private HashSet<(string Location, bool IsConstraints)> FilesWithOptions()
    {
        var includers =
            new Dictionary<(string Location, bool IsConstraints), List<(string Location, bool IsConstraints)>>();
        var pending = new Queue<(string Location, bool IsConstraints)>();
        foreach (var (file, lines) in files)
        {
            foreach (var line in lines)
            {
                if (line is RequirementsLine.Configured)
                    pending.Enqueue(file);
                if (line is not RequirementsLine.Included included)
                    continue;
                var target = (Locate(included), included.IsConstraints);
                if (!includers.TryGetValue(target, out var list))
                    includers.Add(target, list = []);
                list.Add(file);
            }
        }

        var found = new HashSet<(string Location, bool IsConstraints)>();
        while (pending.TryDequeue(out var file))
        {
            if (found.Add(file) && includers.TryGetValue(file, out var list))
                list.ForEach(pending.Enqueue);
        }

        return found;
    }

    private static Diagnostic Endless(RequirementsLine.Included line) =>
        new Diagnostic(
            "too-many-lines",
            $"the files include each other again and again: more than {MostLines} lines"
        ).In(line.Source, line.Number);

    private static Diagnostic Recursion(RequirementsLine.Included line, string target) =>
        new Diagnostic("requirements-recursion", $"`{target}` is included by `{line.Source}` and includes it again").In(
            line.Source,
            line.Number
        );

    /// <summary>Where an included file is: relative to the file that includes it.</summary>
    private static string Locate(RequirementsLine.Included line)
    {
        var target = Location.Of(line.Target);
        if (target.IsPath && Location.IsUrl(line.Source))
            return UrlText.Resolve(line.Source, line.Target);
        return Location.IsUrl(line.Source)
            ? line.Target
            : target.From(Path.GetDirectoryName(line.Source) is { Length: > 0 } folder ? folder : "/").Text;
    }

    private static bool IsRemote(string location) => Location.Of(location).IsRemote;
}
