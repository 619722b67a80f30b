using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.VenvUpdate;

/// <summary>The words of the group `venv=`: a path, and options for the environment.</summary>
/// <param name="Path">The environment's folder, as it was typed.</param>
/// <param name="Options">The options, as they are handed on.</param>
internal sealed record VenvWords(string Path, ImmutableArray<string> Options)
{
    private static readonly string[] WithValue =
    [
        "-p",
        "--python",
        "--prompt",
        "--extra-search-dir",
        "--app-data",
        "--creator",
        "--seeder",
    ];

    /// <summary>The options of virtualenv that an environment without seed packages has no use for.</summary>
    private static readonly string[] Ignored =
    [
        "--no-site-packages",
        "--never-download",
        "--no-download",
        "--download",
        "--setuptools",
        "--always-copy",
        "--copies",
        "--symlinks",
        "--no-periodic-update",
    ];

    /// <summary>The interpreter that is asked for; null where none is.</summary>
    public string? Python { get; private init; }

    /// <summary>The prompt that is asked for; null where none is.</summary>
    public string? Prompt { get; private init; }

    /// <summary>Whether the packages of the base interpreter are to be visible.</summary>
    public bool IncludesSystemSitePackages => Options.Contains("--system-site-packages", StringComparer.Ordinal);

    /// <summary>Reads the words.</summary>
    /// <exception cref="UsageException">There are two paths.</exception>
    public static VenvWords Parse(ImmutableArray<string> words)
    {
        string? path = null;
        string? python = null;
        string? prompt = null;
        var options = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            if (!word.StartsWith('-'))
            {
                if (path is not null)
                {
                    throw new UsageException(
                        $"`venv=` names two directories, `{path}` and `{word}`",
                        "Name the environment once; other words are options"
                    );
                }

                path = word;
                continue;
            }

            if (Ignored.Contains(word, StringComparer.Ordinal))
                continue;
            var (name, value) = Split(word);
            if (value is null && WithValue.Contains(name, StringComparer.Ordinal) && index + 1 < words.Length)
                value = words[++index];
            if (name is "-p" or "--python")
                python = value;
            if (name is "--prompt")
                prompt = value;
            options.Add(name);
            if (value is not null)
                options.Add(value);
        }

        return new VenvWords(path ?? VenvUpdateGroups.UsualPath, options.ToImmutable())
        {
            Python = python,
            Prompt = prompt,
        };
    }

    /// <summary>`--python=python3` and `-ppython3`.</summary>
    private static (string Name, string? Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (word.StartsWith("--", StringComparison.Ordinal) && equals > 0)
            return (word[..equals], word[(equals + 1)..]);
        return word.StartsWith("-p", StringComparison.Ordinal) && word.Length > 2 ? ("-p", word[2..]) : (word, null);
    }
}
