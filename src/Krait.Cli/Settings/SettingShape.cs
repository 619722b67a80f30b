using Krait.Packaging.Toml;

namespace Krait.Cli.Settings;

/// <summary>What a key of a settings file may hold.</summary>
internal abstract record SettingShape
{
    private SettingShape() { }

    /// <summary>What is expected, as the end of a sentence: `a string`.</summary>
    public abstract string Expected { get; }

    /// <summary>Anything: another tool's own, or checked where it is used.</summary>
    internal sealed record Anything : SettingShape
    {
        public override string Expected => "a value";
    }

    /// <summary>A string.</summary>
    internal sealed record Text : SettingShape
    {
        public override string Expected => "a string";
    }

    /// <summary>True or false.</summary>
    internal sealed record Flag : SettingShape
    {
        public override string Expected => "true or false";
    }

    /// <summary>A list.</summary>
    /// <param name="Item">What each of its elements is.</param>
    internal sealed record ListOf(SettingShape Item) : SettingShape
    {
        public override string Expected => $"a list of {Plural(Item)}";
    }

    /// <summary>A table whose keys are known.</summary>
    /// <param name="Keys">The keys.</param>
    internal sealed record Table(IReadOnlyDictionary<string, SettingShape> Keys) : SettingShape
    {
        public override string Expected => "a table";
    }

    /// <summary>A table whose keys are names, of packages or groups.</summary>
    /// <param name="Value">What each of them holds.</param>
    internal sealed record Named(SettingShape Value) : SettingShape
    {
        public override string Expected => "a table";
    }

    /// <summary>One of two.</summary>
    /// <param name="First">The first.</param>
    /// <param name="Second">The other.</param>
    internal sealed record Either(SettingShape First, SettingShape Second) : SettingShape
    {
        public override string Expected => $"{First.Expected} or {Second.Expected}";
    }

    /// <summary>Whether a value is of this kind, whatever it holds.</summary>
    public bool Fits(TomlValue value) =>
        this switch
        {
            Text => value is TomlString,
            Flag => value is TomlBoolean,
            ListOf => value is TomlArray,
            Table or Named => value is TomlTable,
            Either either => either.First.Fits(value) || either.Second.Fits(value),
            _ => true,
        };

    private static string Plural(SettingShape item) =>
        item switch
        {
            Text => "strings",
            Table or Named => "tables",
            Either either => $"{Plural(either.First)} or {Plural(either.Second)}",
            ListOf => "lists",
            _ => "values",
        };
}
