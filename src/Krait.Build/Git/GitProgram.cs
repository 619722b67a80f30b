using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;

namespace Krait.Build.Git;

/// <summary>
/// The system's git, run so that what a repository contains or is called cannot make it do anything else than fetch and check out: no
/// hooks, no prompts, no templates, only known transports, and no variables of a repository that krait itself is run in.
/// </summary>
/// <param name="variables">The variables of this process.</param>
internal sealed class GitProgram(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>Transports of a repository that the user names; what it refers to in turn may not be a path of this machine.</summary>
    private const string OwnTransports = "https:http:ssh:file";
    private const string SubmoduleTransports = "https:http:ssh";

    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "core.protectNTFS=true",
        "core.protectHFS=true",
        "core.longpaths=true",
        "core.autocrlf=false",
        "protocol.ext.allow=never",
        "protocol.git.allow=never",
        "fetch.recurseSubmodules=false",
        "submodule.recurse=false",
        "gc.auto=0",
        "maintenance.auto=false",
        "advice.detachedHead=false",
        "init.defaultBranch=main",
        "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=60",
    ];

    /// <summary>Variables of git that say how to connect, and not which repository to work on.</summary>
    private static readonly string[] KeptVariables =
    [
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "GIT_SSL_CERT",
        "GIT_SSL_KEY",
        "GIT_SSL_NO_VERIFY",
        "GIT_PROXY_SSL_CAINFO",
        "GIT_HTTP_USER_AGENT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_COUNT",
        "GIT_TRACE",
        "GIT_TRACE_CURL",
        "GIT_CURL_VERBOSE",
        "GIT_LFS_SKIP_SMUDGE",
    ];

    private static readonly GuardedLimits Limits = new()
    {
        Total = TimeSpan.FromHours(2),
        Idle = TimeSpan.FromMinutes(10),
        Output = 64 << 20,
    };

    private readonly Lazy<string> executable = new(() =>
        ProgramSearch.Find("git", variables.GetValueOrDefault("PATH") ?? "/usr/bin:/bin")
        ?? throw new KraitException(
            new Diagnostic("no-git", "git is not installed, or not in `PATH`")
            {
                Hints = ["Install git to use dependencies from repositories"],
            }
        )
    );

    /// <summary>Runs git and answers how it ended.</summary>
    /// <param name="folder">The folder it works in.</param>
    /// <param name="arguments">The subcommand and its arguments.</param>
    /// <param name="login">The repository whose user name and password it may use.</param>
    /// <param name="isForSubmodules">Whether what it fetches is named by a repository, not by the user.</param>
    /// <param name="lines">Gets what it reports.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<GitAnswer> RunAsync(
        string folder,
        ImmutableArray<string> arguments,
        GitUrl? login,
        bool isForSubmodules,
        IProgress<string>? lines,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("run git", arguments, static arguments => arguments.FirstOrDefault() ?? "");
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        var process = new GuardedProcess(executable.Value)
        {
            Arguments =
            [
                .. AllSettings(login, isForSubmodules).SelectMany(setting => new[] { "-c", setting }),
                .. arguments,
            ],
            WorkingFolder = folder,
            Environment = Environment(login, isForSubmodules),
            Limits = Limits,
            ClosesInput = true,
        };
        var result = await process.RunAsync(
            (bytes, isError) =>
            {
                var text = Encoding.UTF8.GetString(bytes.Span);
                (isError ? errors : output).Append(text);
                if (isError && lines is not null)
                    Report(text, login, lines);
            },
            cancellationToken
        );
        return new GitAnswer(
            result.ExitCode,
            output.ToString(),
            Redact(errors.ToString(), login),
            result.Stop != GuardedStop.None
        );
    }

    private static IEnumerable<string> AllSettings(GitUrl? login, bool isForSubmodules)
    {
        var settings = Settings.Append($"protocol.file.allow={(isForSubmodules ? "never" : "always")}");
        if (login?.User is null)
            return settings;
        // Only for this host, and from the environment: neither arguments nor files ever hold a password.
        const string Helper =
            """!f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "$KRAIT_GIT_USER" "$KRAIT_GIT_PASSWORD"; }; f""";
        return [.. settings, "credential.helper=", $"credential.{login.Origin}.helper={Helper}"];
    }

    private Dictionary<string, string> Environment(GitUrl? login, bool isForSubmodules)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            var isKept =
                !name.StartsWith("GIT_", StringComparison.Ordinal)
                || KeptVariables.Contains(name, StringComparer.Ordinal)
                || name.StartsWith("GIT_CONFIG_KEY_", StringComparison.Ordinal)
                || name.StartsWith("GIT_CONFIG_VALUE_", StringComparison.Ordinal);
            if (isKept)
                values[name] = value;
        }

        values["LC_ALL"] = "C";
        values["GIT_TERMINAL_PROMPT"] = "0";
        values["GIT_ASKPASS"] = "";
        values["SSH_ASKPASS"] = "/bin/false";
        values["SSH_ASKPASS_REQUIRE"] = "force";
        values["GIT_ALLOW_PROTOCOL"] = isForSubmodules ? SubmoduleTransports : OwnTransports;
        values["GIT_PROTOCOL_FROM_USER"] = isForSubmodules ? "0" : "1";
        if (login?.User is { } user)
        {
            values["KRAIT_GIT_USER"] = user;
            values["KRAIT_GIT_PASSWORD"] = login.Password ?? "";
        }

        return values;
    }

    private static void Report(string text, GitUrl? login, IProgress<string> lines)
    {
        foreach (var line in Redact(text, login).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
            lines.Report(line.TrimEnd());
    }

    private static string Redact(string text, GitUrl? login)
    {
        foreach (var secret in (ReadOnlySpan<string?>)[login?.Password, login?.Password is null ? login?.User : null])
        {
            if (string.IsNullOrEmpty(secret))
                continue;
            text = text.Replace(secret, "****", StringComparison.Ordinal)
                .Replace(Uri.EscapeDataString(secret), "****", StringComparison.Ordinal);
        }

        return text;
    }
}

/// <summary>How git ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it answered.</param>
/// <param name="Errors">What it reported, without secrets.</param>
/// <param name="IsStopped">Whether it was stopped because it did nothing for too long.</param>
internal sealed record GitAnswer(int ExitCode, string Output, string Errors, bool IsStopped)
{
    /// <summary>Whether it did what it was to do.</summary>
    public bool IsSuccess => ExitCode == 0 && !IsStopped;
}
