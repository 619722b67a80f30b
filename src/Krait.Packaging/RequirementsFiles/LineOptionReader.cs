using System.Collections.Immutable;
using Krait.Packaging.Locations;
using Krait.Packaging.Names;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>Reads the options of one line: long ones may be shortened to a unique prefix, short ones may carry their value.</summary>
internal sealed class LineOptionReader
{
    /// <summary>Long spelling, short spelling, whether it takes a value.</summary>
    private static readonly (string Long, char Short, bool TakesValue)[] Table =
    [
        ("index-url", 'i', true),
        ("pypi-url", '\0', true),
        ("extra-index-url", '\0', true),
        ("no-index", '\0', false),
        ("constraint", 'c', true),
        ("requirement", 'r', true),
        ("editable", 'e', true),
        ("find-links", 'f', true),
        ("no-binary", '\0', true),
        ("only-binary", '\0', true),
        ("prefer-binary", '\0', false),
        ("require-hashes", '\0', false),
        ("no-require-hashes", '\0', false),
        ("pre", '\0', false),
        ("trusted-host", '\0', true),
        ("use-feature", '\0', true),
        ("global-option", '\0', true),
        ("hash", '\0', true),
        ("config-settings", 'C', true),
        ("all-releases", '\0', true),
        ("only-final", '\0', true),
    ];

    /// <summary>Options that came later than the others: they do not make the short spellings of older files ambiguous.</summary>
    private static readonly string[] LaterOptions = ["no-require-hashes", "all-releases", "only-final"];

    private static readonly string[] StrongAlgorithms = ["sha256", "sha384", "sha512"];

    private readonly SortedSet<string> noBinary = new(StringComparer.Ordinal);
    private readonly SortedSet<string> onlyBinary = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the line, one sentence; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The first `-r` of the line.</summary>
    public string? Requirements { get; private set; }

    /// <summary>The first `-c` of the line.</summary>
    public string? Constraints { get; private set; }

    /// <summary>The first `-e` of the line.</summary>
    public string? Editable { get; private set; }

    /// <summary>Words that are neither options nor their values.</summary>
    public List<string> Rest { get; } = [];

    /// <summary>The values of `--hash`.</summary>
    public List<string> Hashes { get; } = [];

    /// <summary>The values of `--config-settings`.</summary>
    public List<string> ConfigSettings { get; } = [];

    /// <summary>The values of `--global-option`.</summary>
    public List<string> GlobalOptions { get; } = [];

    /// <summary>The first option that says something of the requirement on its line; null where there is none.</summary>
    public string? OfRequirement =>
        Hashes.Count > 0 ? "hash"
        : ConfigSettings.Count > 0 ? "config-settings"
        : GlobalOptions.Count > 0 ? "global-option"
        : null;

    /// <summary>The options for the whole run.</summary>
    public LineOptions Options { get; private set; } = new();

    /// <summary>Reads the words of a line.</summary>
    public static LineOptionReader Read(IReadOnlyList<string> words)
    {
        var reader = new LineOptionReader();
        for (var i = 0; i < words.Count && reader.Problem is null; i++)
        {
            if (string.Equals(words[i], "--", StringComparison.Ordinal))
            {
                reader.Rest.AddRange(words.Skip(i + 1));
                break;
            }

            if (words[i].StartsWith("--", StringComparison.Ordinal))
                reader.ReadLong(words, ref i);
            else if (words[i] is ['-', _, ..])
                reader.ReadShort(words, ref i);
            else
                reader.Rest.Add(words[i]);
        }

        reader.Options = reader.Options with { NoBinary = [.. reader.noBinary], OnlyBinary = [.. reader.onlyBinary] };
        return reader;
    }

    private void ReadLong(IReadOnlyList<string> words, ref int index)
    {
        var word = words[index];
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = word[2..(equals < 0 ? word.Length : equals)];
        var matches = Table.Where(o => string.Equals(o.Long, name, StringComparison.Ordinal)).ToList();
        if (matches.Count == 0)
        {
            matches =
            [
                .. Table.Where(o =>
                    o.Long.StartsWith(name, StringComparison.Ordinal)
                    && !LaterOptions.Contains(o.Long, StringComparer.Ordinal)
                ),
            ];
        }

        if (matches.Count != 1)
        {
            Problem =
                matches.Count == 0
                    ? $"`--{name}` is not an option of requirements files"
                    : $"`--{name}` is ambiguous: it could be {string.Join(" or ", matches.Select(o => $"`--{o.Long}`").Take(3))}";
            return;
        }

        var (option, _, takesValue) = matches[0];
        var glued = equals < 0 ? null : word[(equals + 1)..];
        if (takesValue && glued is null && index + 1 >= words.Count)
            Problem = $"`--{option}` needs a value";
        else if (!takesValue && glued is not null)
            Problem = $"`--{option}` takes no value";
        else
            Apply(option, takesValue ? glued ?? words[++index] : "");
    }

    private void ReadShort(IReadOnlyList<string> words, ref int index)
    {
        var word = words[index];
        // All short options take a value: the rest of the word, or the next word.
        var match = Table.FirstOrDefault(o => o.Short == word[1]);
        if (match.Long is null)
            Problem = $"`-{word[1]}` is not an option of requirements files";
        else if (word.Length > 2)
            Apply(match.Long, word[2..]);
        else if (index + 1 < words.Count)
            Apply(match.Long, words[++index]);
        else
            Problem = $"`-{word[1]}` needs a value";
    }

    private void Apply(string option, string value)
    {
        switch (option)
        {
            case "constraint":
                Constraints ??= value;
                break;
            case "requirement":
                Requirements ??= value;
                break;
            case "editable":
                Editable ??= value;
                break;
            case "global-option":
                GlobalOptions.Add(value);
                break;
            case "hash":
                ApplyHash(value);
                break;
            case "config-settings":
                ApplyConfigSetting(value);
                break;
            case "no-binary":
                ApplyBinaryRule(value, noBinary, onlyBinary);
                break;
            case "only-binary":
                ApplyBinaryRule(value, onlyBinary, noBinary);
                break;
            default:
                ApplyToRun(option, value);
                break;
        }
    }

    private void ApplyToRun(string option, string value) =>
        Options = option switch
        {
            "index-url" or "pypi-url" => Options with { IndexUrl = WrittenLocation.Of(value) },
            "extra-index-url" => Options with
            {
                ExtraIndexUrls = Options.ExtraIndexUrls.Add(WrittenLocation.Of(value)),
            },
            "find-links" => Options with { FindLinks = Options.FindLinks.Add(WrittenLocation.Of(value)) },
            "trusted-host" => Options with { TrustedHosts = Options.TrustedHosts.Add(value) },
            "use-feature" => Options with { Features = Options.Features.Add(value) },
            "no-index" => Options with { HasNoIndex = true },
            "pre" => Options with { AllowsPrereleases = true },
            "prefer-binary" => Options with { PrefersBinary = true },
            "require-hashes" => Options with { RequiresHashes = true },
            "no-require-hashes" => Options with { RequiresHashes = false },
            "all-releases" => Options with
            {
                AllowsPrereleases =
                    Options.AllowsPrereleases || string.Equals(value, ":all:", StringComparison.Ordinal),
            },
            _ => Options,
        };

    private void ApplyHash(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        var algorithm = colon < 0 ? "" : value[..colon];
        if (colon < 0)
            Problem = $"invalid `--hash={value}`: expected the form `sha256:…`";
        else if (!StrongAlgorithms.Contains(algorithm, StringComparer.Ordinal))
            Problem = $"`--hash` does not accept `{algorithm}`: use {string.Join(", ", StrongAlgorithms)}";
        else
            Hashes.Add(value);
    }

    private void ApplyConfigSetting(string value)
    {
        if (value.Contains('=', StringComparison.Ordinal))
            ConfigSettings.Add(value);
        else
            Problem = $"`--config-settings {value}` is not of the form `KEY=VALUE`";
    }

    /// <summary>
    /// `:all:` clears both sets and covers what follows it, unless a `:none:` follows; `:none:` empties the set; a name leaves the
    /// other set.
    /// </summary>
    private void ApplyBinaryRule(string value, SortedSet<string> target, SortedSet<string> other)
    {
        if (value.StartsWith('-'))
        {
            Problem = $"`{value}` is not a list of packages";
            return;
        }

        var names = value.Split(',').AsSpan();
        for (var all = names.LastIndexOf(":all:"); all >= 0; all = names.LastIndexOf(":all:"))
        {
            other.Clear();
            target.Clear();
            target.Add(":all:");
            names = names[(all + 1)..];
            if (!names.Contains(":none:"))
                return;
        }

        foreach (var name in names)
        {
            if (string.Equals(name, ":none:", StringComparison.Ordinal))
            {
                target.Clear();
                continue;
            }

            var normalized = NameNormalization.Normalize(name);
            other.Remove(normalized);
            target.Add(normalized);
        }
    }
}
