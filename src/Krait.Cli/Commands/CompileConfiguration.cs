using System.Globalization;
using Krait.Cli.Arguments;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Cli.Commands;

/// <summary>Takes defaults for options from `[tool.pip-tools]` and `[tool.pip-tools.compile]`, as pip-compile does.</summary>
internal static class CompileConfiguration
{
    /// <summary>Adds what the table says and the command line does not.</summary>
    /// <exception cref="KraitException">The table sets what is no option (exit code 2).</exception>
    public static void Apply(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.IsOn(CompileOptions.NoConfig))
            return;
        var named = arguments.Value(CompileOptions.Config);
        var path = Path.GetFullPath(named ?? "pyproject.toml", context.WorkingFolder);
        if (PlainFile.TryRead(path, out var text) != Errno.None)
        {
            if (named is not null)
                throw new UsageException($"cannot read `{named}`");
            return;
        }
        // A file that is no TOML is reported by whoever needs it.
        if (
            !TomlDocument.TryParse(text, out var document, out _)
            || document.Root.Find("tool", "pip-tools") is not TomlTable table
        )
        {
            return;
        }
        foreach (var source in new[] { table.GetTable("compile"), table }.OfType<TomlTable>())
        {
            foreach (var entry in source.Entries.Where(entry => entry.Value is not TomlTable))
                Apply(arguments, entry, named ?? "pyproject.toml");
        }
    }

    private static void Apply(ParsedArguments arguments, TomlEntry entry, string file)
    {
        var name = entry.Key.Replace('_', '-');
        var option = CompileOptions.All.FirstOrDefault(option =>
            string.Equals(option.Name, name, StringComparison.Ordinal)
            || option.Aliases.Contains(name, StringComparer.Ordinal)
        );
        var opposite = CompileOptions.All.FirstOrDefault(option =>
            string.Equals(option.Opposite, name, StringComparison.Ordinal)
        );
        if ((option ?? opposite) is not { } found)
        {
            throw new KraitException(
                new Diagnostic("unknown-setting", $"`[tool.pip-tools]` sets `{entry.Key}`, which is no option").In(file)
            )
            {
                ExitCode = 2,
            };
        }
        if (arguments.WasGiven(found))
            return;
        if (entry.Value.AsBoolean is { } flag)
        {
            if (flag == (option is not null))
                arguments.Add(found, null);
            else
                arguments.Clear(found);
            return;
        }
        foreach (var value in Values(entry.Value))
            arguments.Add(found, value);
    }

    private static IEnumerable<string> Values(TomlValue value) =>
        value.AsArray is { } array ? array.Items.SelectMany(Values)
        : value.AsString is { } text ? [text]
        : [Convert.ToString(value.AsInteger, CultureInfo.InvariantCulture) ?? ""];
}
