using System.Text;
using Krait.Platform.Files;

namespace Krait.Index.Credentials;

/// <summary>
/// The part of a netrc file that serves package indexes: `machine HOST login NAME password SECRET`. A `default` entry is not used, as it
/// would send a password to every host.
/// </summary>
internal sealed class Netrc
{
    private readonly Dictionary<string, Credential> machines = new(StringComparer.OrdinalIgnoreCase);

    public static Netrc Empty { get; } = new();

    /// <summary>Reads a file; one that is missing or unreadable holds nothing.</summary>
    public static Netrc Read(string path) =>
        PlainFile.TryRead(path, out var text) == FileError.None ? Parse(text) : Empty;

    public static Netrc Parse(string text)
    {
        var netrc = new Netrc();
        var words = new Words(text);
        string? machine = null;
        string? login = null;
        string? password = null;
        while (words.Next() is { } keyword)
        {
            switch (keyword)
            {
                case "machine" or "default":
                    netrc.Add(machine, login, password);
                    machine = keyword is "machine" ? words.Next() : null;
                    (login, password) = (null, null);
                    break;
                case "login" or "user":
                    login = words.Next();
                    break;
                case "password":
                    password = words.Next();
                    break;
                case "account":
                    words.Next();
                    break;
                case "macdef":
                    words.SkipMacro();
                    break;
                case ['#', ..]:
                    words.SkipLine();
                    break;
            }
        }

        netrc.Add(machine, login, password);
        return netrc;
    }

    public Credential? Find(string host) => machines.GetValueOrDefault(host);

    private void Add(string? machine, string? login, string? password)
    {
        // As elsewhere, the first entry of a host counts.
        if (machine is not null && (login is not null || password is not null))
            machines.TryAdd(machine, new Credential(login ?? "", password ?? ""));
    }

    /// <summary>
    /// The words of a file, as Python's `netrc` tells them apart: a word that begins with a quote ends with one, a backslash escapes.
    /// `#` begins a comment only where a keyword may stand, so that a password may begin with it.
    /// </summary>
    private sealed class Words(string text)
    {
        private int at;

        /// <summary>The next word; null at the end.</summary>
        public string? Next()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                return null;
            var isQuoted = text[at] == '"';
            if (isQuoted)
                at++;
            var word = new StringBuilder();
            for (; at < text.Length; at++)
            {
                if (isQuoted ? text[at] == '"' : char.IsWhiteSpace(text[at]))
                    break;
                if (text[at] == '\\' && at + 1 < text.Length)
                    at++;
                word.Append(text[at]);
            }

            if (isQuoted && at < text.Length)
                at++;
            return word.ToString();
        }

        /// <summary>Goes to the end of the line.</summary>
        public void SkipLine() =>
            at = text.IndexOf('\n', Math.Min(at, text.Length)) is >= 0 and var end ? end : text.Length;

        /// <summary>Goes behind the empty line at which a macro ends.</summary>
        public void SkipMacro()
        {
            SkipLine();
            while (at < text.Length)
            {
                var start = at + 1;
                at = start;
                SkipLine();
                if (text.AsSpan(start..at).IsWhiteSpace())
                    return;
            }
        }
    }
}
