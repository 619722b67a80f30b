using System.Text;

namespace Krait.Installer.Scripts;

/// <summary>Writes the programs that start a wheel's entry points, and the first lines of its own scripts.</summary>
internal static class Launcher
{
    // The kernel reads this many bytes of a first line; longer ones are cut by some, refused by others.
    private const int LongestFirstLine = 127;

    /// <summary>The program of an entry point. Every part of the text is a token that was checked when the wheel was read.</summary>
    public static byte[] ForEntryPoint(ScriptEntry script, string python, bool isRelocatable)
    {
        var imported = script.Attribute.Split('.')[0];
        var text = $"""
            {FirstLine(python, isRelocatable)}
            import sys

            from {script.Module} import {imported}

            if __name__ == "__main__":
                sys.exit({script.Attribute}())

            """;
        return Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"));
    }

    /// <summary>A script of a wheel with the interpreter filled in where its first line leaves room for it.</summary>
    public static byte[] ForScript(ReadOnlySpan<byte> script, string python, bool isRelocatable)
    {
        var end = script.IndexOf((byte)'\n');
        var rest = end < 0 ? "\n"u8 : script[end..];
        return [.. Encoding.UTF8.GetBytes(FirstLine(python, isRelocatable)), .. rest];
    }

    /// <summary>
    /// What makes the kernel start an interpreter: its path, or where that is too long, has blanks or ends of lines or is not known in advance, two
    /// lines that are shell commands to the shell and one text to Python.
    /// </summary>
    public static string FirstLine(string python, bool isRelocatable)
    {
        if (isRelocatable)
            return Polyglot($"\"$(dirname -- \"$(realpath -- \"$0\")\")\"/'{Path.GetFileName(python)}'");
        var isPlain =
            !python.Any(c => c is ' ' || char.IsControl(c))
            && Encoding.UTF8.GetByteCount(python) + 3 <= LongestFirstLine;
        return isPlain ? $"#!{python}" : Polyglot(Quote(python));
    }

    private static string Polyglot(string command) => $"#!/bin/sh\n'''exec' {command} \"$0\" \"$@\"\n' '''";

    /// <summary>A word that the shell takes as it is, and in which no three quotes follow each other, which would end Python's text.</summary>
    private static string Quote(string path) => "'" + path.Replace("'", "'\"'\"'", StringComparison.Ordinal) + "'";
}
