using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>The variables that give options their defaults: Krait's own and, where those are not set, uv's of the same name.</summary>
internal static class OptionVariables
{
    private const string Own = "KRAIT_";
    private const string Uv = "UV_";

    /// <summary>Variables without an option that uv has, too.</summary>
    public static readonly ImmutableArray<string> WithoutOption =
    [
        "PYTHON_SEARCH_PATH",
        "CUDA_DRIVER_VERSION",
        "AMD_GPU_ARCHITECTURE",
    ];

    /// <summary>All variables, where those of uv that belong to no option stand for Krait's.</summary>
    public static IReadOnlyDictionary<string, string> WithUv(IReadOnlyDictionary<string, string> variables)
    {
        var missing = WithoutOption
            .Where(name => !variables.ContainsKey(Own + name) && variables.ContainsKey(Uv + name))
            .ToList();
        if (missing.Count == 0)
            return variables;
        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var name in missing)
            all.Add(Own + name, variables[Uv + name]);
        return all;
    }

    /// <summary>Finds the variable that says something about an option; an empty one counts as unset.</summary>
    /// <returns>Its name and value; null where none is set.</returns>
    public static (string Name, string Text)? Find(Option option, IReadOnlyDictionary<string, string> variables)
    {
        foreach (var name in NamesOf(option))
        {
            if (variables.TryGetValue(name, out var text) && text.Length > 0)
                return (name, name.StartsWith(Own, StringComparison.Ordinal) ? text : FromUv(option, text));
        }

        return null;
    }

    /// <summary>The names of an option's variables, in the order in which they count.</summary>
    public static IEnumerable<string> NamesOf(Option option)
    {
        if (option.Variable is null)
            return [];
        IEnumerable<string> own = [Own + option.Variable];
        return (option.HasUvVariable ? own.Append(Uv + option.Variable) : own).Concat(option.OtherVariables);
    }

    /// <summary>What a variable of uv means to Krait where the two differ.</summary>
    private static string FromUv(Option option, string text)
    {
        // Two tools in one directory would take each other's files for damage.
        if (option.Content == OptionContent.Path && option.Variable is "CACHE_DIR")
            return System.IO.Path.Join(text, "krait");
        // uv has a switch where Krait has a list of packages.
        if (option.Variable is not "NO_BINARY")
            return text;
        return Booleans.TryParse(text, out var isOn) ? (isOn ? NameLists.All : NameLists.None) : text;
    }
}
