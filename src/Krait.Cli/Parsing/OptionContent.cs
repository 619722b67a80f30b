namespace Krait.Cli.Parsing;

/// <summary>What the text of an option's value is, which decides what a relative path in a settings file starts from.</summary>
internal enum OptionContent
{
    /// <summary>A text that means the same everywhere.</summary>
    Text,

    /// <summary>A path, or a URL where the option takes one.</summary>
    Path,

    /// <summary>The address of an index, with or without a name: a URL, or the path of a directory.</summary>
    Index,

    /// <summary>An interpreter: a version, a name or a path.</summary>
    Interpreter,
}
