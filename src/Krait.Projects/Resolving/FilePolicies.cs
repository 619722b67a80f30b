using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>Reads pip's rules on wheels and source distributions: lists of packages, `:all:` and `:none:`.</summary>
public static class FilePolicies
{
    private const string All = ":all:";
    private const string None = ":none:";

    /// <summary>Adds rules to a policy, in the order in which they were given.</summary>
    /// <param name="files">The policy so far.</param>
    /// <param name="rules">Each a list, and whether it forbids wheels (`--no-binary`) or source distributions.</param>
    /// <exception cref="KraitException">A name is none (unusable input).</exception>
    public static FilePolicy Apply(FilePolicy files, IEnumerable<(bool IsNoBinary, string List)> rules)
    {
        var noBinary = new Side(files.NoBinary, files.NoBinaryPackages);
        var onlyBinary = new Side(files.NoBuild, files.NoBuildPackages);
        foreach (var (isNoBinary, list) in rules)
        {
            if (isNoBinary)
                Apply(Split(list), noBinary, onlyBinary);
            else
                Apply(Split(list), onlyBinary, noBinary);
        }

        return new FilePolicy
        {
            NoBinary = noBinary.CoversAll,
            NoBinaryPackages = [.. noBinary.Names],
            NoBuild = onlyBinary.CoversAll,
            NoBuildPackages = [.. onlyBinary.Names],
            // A package that is named is exempt from what holds for all others.
            BinaryPackages = [.. onlyBinary.Names],
            BuildPackages = [.. noBinary.Names],
        };
    }

    /// <summary>Adds what requirements files say.</summary>
    /// <exception cref="KraitException">A name is none (unusable input).</exception>
    public static FilePolicy Apply(FilePolicy files, IEnumerable<LineOptions> lines)
    {
        foreach (var line in lines)
        {
            var noBinary = line.NoBinary.Select(element => (IsNoBinary: true, List: element));
            var onlyBinary = line.OnlyBinary.Select(element => (IsNoBinary: false, List: element));
            files = Apply(files, noBinary.Concat(onlyBinary));
        }

        return files;
    }

    /// <summary>
    /// `:all:` clears both sides and covers what follows it in its list, unless a `:none:` follows; `:none:` empties the side; a name
    /// leaves the other side.
    /// </summary>
    private static void Apply(ReadOnlySpan<string> list, Side target, Side other)
    {
        for (var all = list.LastIndexOf(All); all >= 0; all = list.LastIndexOf(All))
        {
            other.Clear();
            target.Clear();
            target.CoversAll = true;
            list = list[(all + 1)..];
            if (!list.Contains(None))
                return;
        }

        foreach (var element in list)
        {
            if (element is None)
            {
                target.Clear();
                continue;
            }

            var name = Name(element);
            other.Names.Remove(name);
            target.Names.Add(name);
        }
    }

    private sealed class Side(bool coversAll, IEnumerable<PackageName> names)
    {
        public bool CoversAll { get; set; } = coversAll;

        public HashSet<PackageName> Names { get; } = [.. names];

        public void Clear()
        {
            CoversAll = false;
            Names.Clear();
        }
    }

    private static string[] Split(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static PackageName Name(string text) =>
        PackageName.TryParse(text, out var name, out var error)
            ? name
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
}
