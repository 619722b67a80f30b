using System.Collections.Immutable;

namespace Krait.Packaging.Tags;

/// <summary>
/// The tags that an interpreter accepts, best first (platform compatibility tags specification). Kept as rows: an interpreter and
/// an ABI, which go with every platform in turn or with `any` alone; a wheel is ranked by a few look-ups.
/// </summary>
public sealed class TagSet
{
    private readonly List<Row> rows = [];
    private readonly Dictionary<(TagName Python, TagName Abi), Ranks> ranks = [];
    private readonly Dictionary<TagName, int> platforms = [];
    private readonly HashSet<TagName> pythons = [];
    private readonly TagName none = TagName.Of("none");
    private readonly TagName any = TagName.Of("any");
    private int count;

    private TagSet(IReadOnlyList<string> platforms)
    {
        Platforms = [.. platforms.Distinct(StringComparer.Ordinal)];
        for (var i = 0; i < Platforms.Length; i++)
            this.platforms.Add(TagName.Of(Platforms[i]), i);
    }

    /// <summary>The platforms, best first, without `any`.</summary>
    public ImmutableArray<string> Platforms { get; }

    /// <summary>How many tags there are.</summary>
    public int Count => count;

    /// <summary>The tags, best first.</summary>
    public IEnumerable<Tag> Tags
    {
        get
        {
            foreach (var row in rows)
            {
                var (python, abi) = (row.Python.Text, row.Abi.Text);
                if (row.IsAny)
                {
                    yield return new Tag(python, abi, "any");
                    continue;
                }

                foreach (var platform in Platforms)
                    yield return new Tag(python, abi, platform);
            }
        }
    }

    /// <summary>The tags as rows, best first: `cp312-abi3` goes with every platform in turn, `py3-none-any` with none.</summary>
    public IEnumerable<string> Rows => rows.Select(row => $"{row.Python}-{row.Abi}{(row.IsAny ? "-any" : "")}");

    /// <summary>The tags that <see cref="Rows"/> and <see cref="Platforms"/> of another set list.</summary>
    /// <returns>The set, or null where a row is not of that form.</returns>
    public static TagSet? FromRows(IEnumerable<string> rows, IReadOnlyList<string> platforms)
    {
        var set = new TagSet(platforms);
        foreach (var row in rows)
        {
            var parts = row.Split('-');
            if (Array.Exists(parts, part => part.Length == 0))
                return null;
            if (parts is [var python, "none", "any"])
                set.AddAny(python);
            else if (parts is [var interpreter, var abi])
                set.Add(interpreter, abi);
            else
                return null;
        }

        return set;
    }

    /// <summary>The tags of a CPython: its ABIs, the stable ABI of its kind, then pure Python.</summary>
    /// <param name="major">The major number.</param>
    /// <param name="minor">The minor number.</param>
    /// <param name="abis">The ABIs it loads, best first (`cp313t`).</param>
    /// <param name="platforms">The platforms, best first.</param>
    public static TagSet ForCPython(int major, int minor, IReadOnlyList<string> abis, IReadOnlyList<string> platforms)
    {
        var set = new TagSet(platforms);
        var interpreter = $"cp{major}{minor}";
        var isFreeThreaded = abis.Count > 0 && IsFreeThreaded(abis[0]);
        // Free-threaded Pythons load another stable ABI, and never that of the others.
        var stable = isFreeThreaded ? "abi3t" : "abi3";
        foreach (var abi in abis)
        {
            if (abi is not ("abi3" or "none") && !(isFreeThreaded && abi is "abi3t"))
                set.Add(interpreter, abi);
        }

        var hasStable = (major, minor).CompareTo((3, 2)) >= 0;
        if (hasStable)
            set.Add(interpreter, stable);
        set.Add(interpreter, "none");
        for (var older = minor - 1; hasStable && older >= 2; older--)
            set.Add($"cp{major}{older}", stable);
        set.AddPure(major, minor, interpreter);
        return set;
    }

    /// <summary>The tags of another implementation.</summary>
    /// <param name="interpreter">Its name and version (`pp310`).</param>
    /// <param name="generation">The name under which pure wheels address it (`pp3`), if they do.</param>
    /// <param name="major">The major number of its Python.</param>
    /// <param name="minor">The minor number of its Python.</param>
    /// <param name="abis">The ABIs it loads, best first (`pypy310_pp73`).</param>
    /// <param name="platforms">The platforms, best first.</param>
    public static TagSet ForOther(
        string interpreter,
        string? generation,
        int major,
        int minor,
        IReadOnlyList<string> abis,
        IReadOnlyList<string> platforms
    )
    {
        var set = new TagSet(platforms);
        foreach (var abi in abis)
            set.Add(interpreter, abi);
        if (!abis.Contains("none", StringComparer.Ordinal))
            set.Add(interpreter, "none");
        set.AddPure(major, minor, generation);
        return set;
    }

    /// <summary>The tags of an interpreter, from what it says of itself.</summary>
    /// <param name="implementation">`sys.implementation.name` (`cpython`, `pypy`).</param>
    /// <param name="major">The major number of its Python.</param>
    /// <param name="minor">The minor number of its Python.</param>
    /// <param name="isFreeThreaded">Whether it was built without the global lock.</param>
    /// <param name="isDebug">Whether it is a debug build.</param>
    /// <param name="soabi">The ABI part of its extension suffix (`pypy310-pp73`); only asked of others than CPython.</param>
    /// <param name="platforms">The platforms, best first.</param>
    public static TagSet ForInterpreter(
        string implementation,
        int major,
        int minor,
        bool isFreeThreaded,
        bool isDebug,
        string? soabi,
        IReadOnlyList<string> platforms
    )
    {
        if (implementation is "cpython")
            return ForCPython(major, minor, CPythonAbis(major, minor, isFreeThreaded, isDebug), platforms);
        var prefix = implementation switch
        {
            "pypy" => "pp",
            "ironpython" => "ip",
            "jython" => "jy",
            _ => implementation,
        };
        string[] abis = soabi is null ? [] : [AbiOf(soabi)];
        var generation = prefix is "pp" ? "pp3" : null;
        return ForOther($"{prefix}{major}{minor}", generation, major, minor, abis, platforms);
    }

    /// <summary>The ABIs that a CPython loads, best first.</summary>
    public static IReadOnlyList<string> CPythonAbis(int major, int minor, bool isFreeThreaded, bool isDebug)
    {
        var threading = isFreeThreaded ? "t" : "";
        var debug = isDebug ? "d" : "";
        // Before 3.8 the memory allocator was part of the name, and debug builds loaded nothing else.
        if ((major, minor).CompareTo((3, 8)) < 0)
            return [$"cp{major}{minor}{debug}m"];
        var plain = $"cp{major}{minor}{threading}";
        return isDebug ? [plain + debug, plain] : [plain];
    }

    /// <summary>Whether and how well a wheel with these tags fits, and what keeps it from fitting.</summary>
    public TagCompatibility Match(WheelTags wheel)
    {
        int? best = null;
        var mismatch = TagMismatch.Python;
        foreach (var python in wheel.PythonNames)
        {
            foreach (var abi in wheel.AbiNames)
            {
                if (!this.ranks.TryGetValue((python, abi), out var ranks))
                {
                    if (mismatch < TagMismatch.Abi && pythons.Contains(python))
                        mismatch = TagMismatch.Abi;
                    continue;
                }

                mismatch = TagMismatch.Platform;
                foreach (var platform in wheel.PlatformNames)
                {
                    if (RankOf(ranks, platform) is { } rank && !(rank >= best))
                        best = rank;
                }
            }
        }

        return new TagCompatibility(best, best is null ? mismatch : TagMismatch.None);
    }

    private static bool IsFreeThreaded(string abi) =>
        abi.StartsWith("cp", StringComparison.Ordinal) && abi.AsSpan(2).TrimStart("0123456789").Contains('t');

    /// <summary>`pypy310-pp73-x86_64-linux-gnu` is the ABI `pypy310_pp73` and a platform.</summary>
    private static string AbiOf(string soabi)
    {
        var parts = soabi.Split('-');
        var length =
            soabi.StartsWith("graalpy", StringComparison.Ordinal) ? 3
            : soabi.StartsWith("pypy", StringComparison.Ordinal) ? 2
            : parts.Length;
        return string.Join('_', parts.Take(length)).Replace('.', '_');
    }

    private int? RankOf(Ranks ranks, TagName platform)
    {
        if (platform == any)
            return ranks.ForAny;
        return ranks.ForPlatforms is { } first && platforms.TryGetValue(platform, out var index) ? first + index : null;
    }

    /// <summary>py3-none on every platform, then on any: this version, the major version, then all older ones.</summary>
    private void AddPure(int major, int minor, string? interpreter)
    {
        string[] versions =
        [
            $"py{major}{minor}",
            $"py{major}",
            .. Enumerable.Range(1, minor).Select(older => $"py{major}{minor - older}"),
        ];
        foreach (var python in versions)
            Add(python, "none");
        if (interpreter is not null)
            AddAny(interpreter);
        foreach (var python in versions)
            AddAny(python);
    }

    private void Add(string python, string abi)
    {
        var row = new Row(TagName.Of(python), TagName.Of(abi), IsAny: false);
        var known = this.ranks.GetValueOrDefault((row.Python, row.Abi));
        if (known.ForPlatforms is not null)
            return;
        this.ranks[(row.Python, row.Abi)] = known with { ForPlatforms = count };
        rows.Add(row);
        pythons.Add(row.Python);
        count += Platforms.Length;
    }

    private void AddAny(string python)
    {
        var row = new Row(TagName.Of(python), none, IsAny: true);
        ranks[(row.Python, none)] = ranks.GetValueOrDefault((row.Python, none)) with { ForAny = count++ };
        rows.Add(row);
        pythons.Add(row.Python);
    }

    private readonly record struct Row(TagName Python, TagName Abi, bool IsAny);

    private readonly record struct Ranks(int? ForPlatforms, int? ForAny);
}
