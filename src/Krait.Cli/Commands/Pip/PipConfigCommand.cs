using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Settings;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip config`: pip's own files of settings, which `krait pip` reads, too.</summary>
internal static class PipConfigCommand
{
    private static readonly string[] Actions = ["debug", "edit", "get", "list", "set", "unset"];

    private static readonly Option Editor = new("editor", OptionKind.Value, "Edit the file with this program")
    {
        ValueName = "PROGRAM",
    };
    private static readonly Option Global = new("global", OptionKind.Flag, "Use the file of the machine only");
    private static readonly Option User = new("user", OptionKind.Flag, "Use the file of the user only");
    private static readonly Option Site = new("site", OptionKind.Flag, "Use the file of the active environment only");

    public static Command Command { get; } =
        new("pip config", "Show and change pip's settings: list, get, set, unset, debug or edit")
        {
            Positional = new Positional("ACTION", IsRequired: false, IsRepeatable: true),
            Options = () => [Editor, Global, User, Site, GlobalOptions.Isolated],
            UsesSettings = false,
            RunAsync = (context, arguments, _) => RunAsync(context, arguments),
        };

    private static async Task<int> RunAsync(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.Positionals is not [var action, .. var rest] || !Actions.Contains(action, StringComparer.Ordinal))
            throw Failed($"need an action ({string.Join(", ", Actions)}) to perform");
        var wanted = action switch
        {
            "get" or "unset" => 1,
            "set" => 2,
            _ => 0,
        };
        if (rest.Count != wanted)
        {
            throw Failed(
                $"`krait pip config {action}` takes {(wanted == 0 ? "no arguments" : wanted == 1 ? "KEY" : "KEY and VALUE")}"
            );
        }

        var files = PipFiles.Of(context, arguments);
        var kind = KindOf(arguments, files, isNeeded: wanted > 0 || action is "edit");
        switch (action)
        {
            case "list":
                List(context, arguments, files, kind);
                return ExitCodes.Done;
            case "get":
                Get(context, arguments, files, kind, rest[0]);
                return ExitCodes.Done;
            case "set":
                Set(context, files, kind!, rest[0], rest[1]); // one is needed
                return ExitCodes.Done;
            case "unset":
                Unset(context, files, kind!, rest[0]); // one is needed
                return ExitCodes.Done;
            case "edit":
                return await EditAsync(context, arguments, files, kind!); // one is needed
            default:
                Debug(context, arguments, files);
                return ExitCodes.Done;
        }
    }

    /// <summary>The kind of file that is meant: what is named, else that of the environment where it has one, else the user's.</summary>
    private static string? KindOf(ParsedArguments arguments, PipFiles files, bool isNeeded)
    {
        var named = new[] { User, Global, Site }.Where(arguments.IsOn).ToList();
        return named switch
        {
            [var one] => one.Name,
            [_, _, ..] => throw Failed("need exactly one file to work on: `--user`, `--site` or `--global`"),
            _ => !isNeeded ? null
            : files.Site.Any(Exists) ? "site"
            : "user",
        };
    }

    private static void List(KraitContext context, ParsedArguments arguments, PipFiles files, string? kind)
    {
        var all = FilesOf(files, kind).Select(file => (Name: file, Values: Values(file)));
        if (!arguments.IsOn(GlobalOptions.Isolated))
            all = all.Append((":env:", Variables(context)));
        foreach (var (_, values) in all.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            foreach (var (key, value) in values)
                context.Terminal.WriteResult($"{key}={Quoted(value)}");
        }
    }

    private static void Get(KraitContext context, ParsedArguments arguments, PipFiles files, string? kind, string asked)
    {
        var key = IniEditor.Normalize(asked);
        string? found = null;
        foreach (var file in FilesOf(files, kind))
            found = Values(file).GetValueOrDefault(key) ?? found;
        if (!arguments.IsOn(GlobalOptions.Isolated))
            found = Variables(context).GetValueOrDefault(key) ?? found;
        if (found is null)
        {
            _ = Split(key);
            throw Failed($"no such key: `{asked}`");
        }

        context.Terminal.WriteResult(found);
    }

    private static void Set(KraitContext context, PipFiles files, string kind, string asked, string value)
    {
        var (section, key) = Split(IniEditor.Normalize(asked));
        var file = FileToChange(context, files, kind);
        var editor = new IniEditor(ReadText(file));
        editor.Set(section, key, value);
        Write(context, file, editor);
    }

    private static void Unset(KraitContext context, PipFiles files, string kind, string asked)
    {
        var (section, key) = Split(IniEditor.Normalize(asked));
        var candidates = FilesOf(files, kind).Reverse().Where(Exists);
        var file =
            candidates.FirstOrDefault(candidate => Values(candidate).ContainsKey($"{section}.{key}"))
            ?? FileToChange(context, files, kind);
        var editor = new IniEditor(ReadText(file));
        if (!editor.Unset(section, key))
            throw Failed($"no such key: `{asked}`");
        Write(context, file, editor);
    }

    private static async Task<int> EditAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipFiles files,
        string kind
    )
    {
        var file = FileToChange(context, files, kind);
        var editor =
            arguments.Value(Editor)
            ?? context.Variables.GetValueOrDefault("VISUAL")
            ?? context.Variables.GetValueOrDefault("EDITOR")
            ?? throw Failed("there is no editor", "Name one with `--editor PROGRAM`, or set `EDITOR`");
        FolderTree.Create(Path.GetDirectoryName(file) ?? "/");
        context.Terminal.Flush();
        // As pip does: the editor may come with options of its own.
        var code = await new ForegroundProcess("/bin/sh")
        {
            Arguments = ["-c", $"{editor} \"$0\"", file],
            WorkingFolder = context.WorkingFolder,
            Environment = context.Variables.ToDictionary(StringComparer.Ordinal),
            SharesTerminal = context.Terminal.IsInteractive,
        }.RunAsync();
        return code == 0 ? ExitCodes.Done : throw Failed($"the editor ended with exit code {code}");
    }

    private static void Debug(KraitContext context, ParsedArguments arguments, PipFiles files)
    {
        var terminal = context.Terminal;
        terminal.WriteResult("env_var:");
        if (!arguments.IsOn(GlobalOptions.Isolated))
        {
            foreach (var (key, value) in Variables(context))
            {
                var name = key[":env:.".Length..].ToUpperInvariant().Replace('-', '_');
                terminal.WriteResult($"  PIP_{name}={Quoted(value)}");
            }
        }

        WriteFiles("env", files.Named is { } named ? [named] : []);
        WriteFiles("global", files.Global);
        WriteFiles("site", files.Site);
        WriteFiles("user", files.User);

        void WriteFiles(string kind, ImmutableArray<string> paths)
        {
            terminal.WriteResult($"{kind}:");
            foreach (var path in paths)
            {
                var isThere = Exists(path);
                terminal.WriteResult($"  {path}, exists: {(isThere ? "True" : "False")}");
                if (!isThere || files.AreOff)
                    continue;
                foreach (var (key, value) in Values(path))
                    terminal.WriteResult($"    {key}: {value}");
            }
        }
    }

    /// <summary>The files of a kind that are read; all kinds where none is named.</summary>
    private static ImmutableArray<string> FilesOf(PipFiles files, string? kind) =>
        files.AreOff
            ? []
            : kind switch
            {
                null => files.Read,
                "global" => files.Global,
                "site" => files.Site,
                _ => files.Named is { } named && Exists(named) ? [named] : files.User,
            };

    private static string FileToChange(KraitContext context, PipFiles files, string kind)
    {
        if (files.AreOff)
            throw Failed("cannot change the configuration: `PIP_CONFIG_FILE` is `/dev/null`", "Unset the variable");
        if (kind is "user" or "global" && files.Named is { } named && Exists(named))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("other-settings-file", $"`PIP_CONFIG_FILE` is set, so `{named}` is changed")
            );
            return named;
        }

        var own = kind switch
        {
            "global" => files.Global,
            "site" => files.Site,
            _ => files.User,
        };
        return own.LastOrDefault()
            ?? throw Failed(
                kind is "site"
                    ? "there is no site configuration: no environment is active"
                    : $"there is no {kind} configuration file",
                kind is "site" ? "Activate the environment, or use `--user`" : "Use `--site` or `--global`"
            );
    }

    private static ImmutableSortedDictionary<string, string> Values(string file)
    {
        if (!Exists(file))
            return ImmutableSortedDictionary<string, string>.Empty;
        if (!IniFile.TryParse(ReadText(file), out var entries, out var error))
            throw new KraitException(error.In(file, error.Line)) { Kind = FailureKind.UnusableInput };
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
            values[$"{entry.Section}.{IniEditor.Normalize(entry.Key)}"] = entry.Value;
        return values.ToImmutable();
    }

    /// <summary>The variables that pip takes for settings.</summary>
    private static ImmutableSortedDictionary<string, string> Variables(KraitContext context) =>
        context
            .Variables.Where(pair => pair.Key.StartsWith("PIP_", StringComparison.Ordinal))
            .Select(pair => (Name: pair.Key[4..].ToLowerInvariant(), pair.Value))
            .Where(pair => pair.Name is not ("version" or "help"))
            .ToImmutableSortedDictionary(
                pair => $":env:.{IniEditor.Normalize(pair.Name)}",
                pair => pair.Value,
                StringComparer.Ordinal
            );

    private static (string Section, string Key) Split(string key)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < key.Length - 1
            ? (key[..dot], key[(dot + 1)..])
            : throw Failed($"the key `{key}` names no section", $"Did you mean `global.{key}`?");
    }

    private static string ReadText(string file)
    {
        var error = PlainFile.TryRead(file, out var text);
        return error switch
        {
            FileError.None => text,
            FileError.NotFound => "",
            _ => throw new FileSystemException("read", file, error),
        };
    }

    private static void Write(KraitContext context, string file, IniEditor editor)
    {
        FolderTree.Create(Path.GetDirectoryName(file) ?? "/");
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(editor.Text), durable: true);
        SavingRun.Say(context, $"Writing to {file}");
    }

    private static bool Exists(string file) => FileStatus.Exists(file, followLinks: true);

    /// <summary>A text as Python's `repr` writes it, which is what pip prints.</summary>
    private static string Quoted(string text)
    {
        var quote =
            text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var written = new StringBuilder().Append(quote);
        foreach (var character in text)
        {
            written = character switch
            {
                '\\' => written.Append("\\\\"),
                '\n' => written.Append("\\n"),
                '\t' => written.Append("\\t"),
                '\r' => written.Append("\\r"),
                '\'' when quote == '\'' => written.Append("\\'"),
                _ => written.Append(character),
            };
        }

        return written.Append(quote).ToString();
    }

    private static KraitException Failed(string message, params ImmutableArray<Remedy> hints) =>
        new(new Diagnostic("pip-config", message) { Hints = hints });
}
