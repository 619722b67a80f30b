using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>
/// A requirements file with all that it includes. It asks for the texts that it needs, so that whoever has them decides how they are
/// read: <c>while (tree.NextMissing is { } location) tree.Supply(location, …)</c>.
/// </summary>
/// <param name="variables">What `${NAME}` is looked up in.</param>
public sealed class RequirementsTree(IReadOnlyDictionary<string, string> variables)
{
    private const int MaximumDepth = 128;

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
        if (files.TryAdd((location, isConstraints), []))
            missing.Enqueue((location, isConstraints));
    }

    /// <summary>Gives the text of <see cref="NextMissing"/>.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing.</exception>
    public void Supply(string text)
    {
        var file = missing.Dequeue();
        var (lines, problems) = RequirementsFileParser.Parse(text, file.Location, file.IsConstraints, variables);
        errors.AddRange(problems);
        files[file] = lines;
        foreach (var included in lines.OfType<RequirementsLine.Included>())
            Add(Locate(included), included.IsConstraints);
    }

    /// <summary>Says that <see cref="NextMissing"/> cannot be read, and why.</summary>
    /// <exception cref="InvalidOperationException">Nothing is missing.</exception>
    public void Fail(Diagnostic reason)
    {
        missing.Dequeue();
        errors.Add(reason);
    }

    /// <summary>The lines of a file with those of included files in their place; a file that includes itself is an error.</summary>
    public IReadOnlyList<RequirementsLine> Flatten(string location, bool isConstraints)
    {
        var flat = new List<RequirementsLine>();
        var open = new Stack<((string Location, bool IsConstraints) File, int Next)>();
        open.Push(((location, isConstraints), 0));
        while (open.TryPop(out var top))
        {
            var lines = files[top.File];
            for (var i = top.Next; i < lines.Length; i++)
            {
                if (lines[i] is not RequirementsLine.Included included)
                {
                    flat.Add(lines[i]);
                    continue;
                }
                var target = Locate(included);
                if (
                    open.Any(o => SameFile(o.File.Location, target))
                    || SameFile(top.File.Location, target)
                    || open.Count > MaximumDepth
                )
                {
                    errors.Add(Recursion(included, target));
                    continue;
                }
                open.Push((top.File, i + 1));
                open.Push(((target, included.IsConstraints), 0));
                break;
            }
        }
        return flat;
    }

    private static bool SameFile(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static Diagnostic Recursion(RequirementsLine.Included line, string target) =>
        new Diagnostic("requirements-recursion", $"`{target}` is included by `{line.Source}` and includes it again").In(
            line.Source,
            line.Number
        );

    /// <summary>Where an included file is: relative to the file that includes it.</summary>
    private static string Locate(RequirementsLine.Included line)
    {
        if (HasScheme(line.Target))
            return line.Target;
        if (HasScheme(line.Source))
            return UrlText.Resolve(line.Source, line.Target);
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(line.Source) ?? "/", line.Target));
    }

    private static bool HasScheme(string location) =>
        location.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
        || location.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
}
