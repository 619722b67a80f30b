using Krait.Platform.Files;

namespace Krait.Index.Credentials;

/// <summary>
/// The part of a netrc file that serves package indexes: `machine HOST login NAME password SECRET`. A `default` entry is not used, as it
/// would send a password to every host.
/// </summary>
internal sealed class Netrc
{
    private readonly Dictionary<string, Credential> _machines = new(StringComparer.OrdinalIgnoreCase);

    public static Netrc Empty { get; } = new();

    /// <summary>Reads a file; one that is missing or unreadable holds nothing.</summary>
    public static Netrc Read(string path) => PlainFile.TryRead(path, out var text) == Errno.None ? Parse(text) : Empty;

    public static Netrc Parse(string text)
    {
        var netrc = new Netrc();
        var words = Words(text);
        string? machine = null;
        string? login = null;
        string? password = null;
        for (var i = 0; i < words.Count; i++)
        {
            var value = i + 1 < words.Count ? words[i + 1] : "";
            switch (words[i])
            {
                case "machine" or "default":
                    netrc.Add(machine, login, password);
                    machine = words[i] is "machine" ? value : null;
                    (login, password) = (null, null);
                    i += words[i] is "machine" ? 1 : 0;
                    break;
                case "login" or "user":
                    (login, i) = (value, i + 1);
                    break;
                case "password":
                    (password, i) = (value, i + 1);
                    break;
                case "account":
                    i++;
                    break;
            }
        }
        netrc.Add(machine, login, password);
        return netrc;
    }

    public Credential? Find(string host) => _machines.GetValueOrDefault(host);

    private void Add(string? machine, string? login, string? password)
    {
        // As elsewhere, the first entry of a host counts.
        if (machine is not null && (login is not null || password is not null))
            _machines.TryAdd(machine, new Credential(login ?? "", password ?? ""));
    }

    /// <summary>The words of the file; quotes group, a backslash escapes, `#` starts a comment, a macro ends at an empty line.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var isMacro = false;
        foreach (var line in text.Split('\n'))
        {
            if (isMacro)
            {
                isMacro = line.Trim().Length > 0;
                continue;
            }
            var before = words.Count;
            AddWords(line.AsSpan().Trim(), words);
            var macro = words.IndexOf("macdef", before);
            if (macro < 0)
                continue;
            words.RemoveRange(macro, words.Count - macro);
            isMacro = true;
        }
        return words;
    }

    private static void AddWords(ReadOnlySpan<char> line, List<string> words)
    {
        var word = new System.Text.StringBuilder();
        var isQuoted = false;
        var isWord = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '#' && !isQuoted && !isWord)
                break;
            if (c == '"')
            {
                isQuoted = !isQuoted;
                isWord = true;
            }
            else if (char.IsWhiteSpace(c) && !isQuoted)
            {
                Flush();
            }
            else
            {
                if (c == '\\' && i + 1 < line.Length)
                    c = line[++i];
                word.Append(c);
                isWord = true;
            }
        }
        Flush();

        void Flush()
        {
            if (isWord)
                words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }
}
