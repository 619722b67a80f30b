using System.Collections.Immutable;

namespace Krait.Build.Hooks;

/// <summary>
/// The environment of a build: what the user has set for compilers and the like, without what could be a secret, what belongs to krait
/// and other installers, and what would change which modules Python finds.
/// </summary>
/// <param name="Values">The variables.</param>
/// <param name="Withheld">The names of variables that were left out because they may hold a secret.</param>
public sealed record HookVariables(IReadOnlyDictionary<string, string> Values, ImmutableArray<string> Withheld)
{
    private static readonly System.Buffers.SearchValues<char> AfterAuthority = System.Buffers.SearchValues.Create(
        "/?# \t\"'"
    );

    private static readonly string[] Owners =
    [
        "KRAIT_",
        "UV_",
        "PIP_",
        "PIPENV_",
        "POETRY_",
        "PDM_",
        "HATCH_",
        "TWINE_",
        "RYE_",
    ];

    private static readonly string[] Interfering =
    [
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONEXECUTABLE",
        "PYTHONUSERBASE",
        "PYTHONINSPECT",
        "PYTHONSAFEPATH",
        "PYTHONPLATLIBDIR",
        "PYTHONBREAKPOINT",
        "PYTHONPYCACHEPREFIX",
        "__PYVENV_LAUNCHER__",
        "VIRTUAL_ENV_PROMPT",
        "CONDA_PREFIX",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "PWD",
        "OLDPWD",
        "_",
    ];

    /// <summary>Words of a name that make its value a secret, whatever it is.</summary>
    private static readonly string[] SecretWords =
    [
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "SECRET",
        "SECRETS",
        "CREDENTIAL",
        "CREDENTIALS",
        "APIKEY",
        "AUTH",
        "AUTHORIZATION",
        "NETRC",
        "PAT",
        "DSN",
    ];

    /// <summary>Chooses from the variables of this process.</summary>
    /// <param name="inherited">The variables of this process.</param>
    /// <param name="environment">The build environment's folder; null where the build is not isolated.</param>
    /// <param name="scripts">The folder of the build environment's programs.</param>
    /// <param name="extra">What the user sets for this build, which stays whatever it is.</param>
    public static HookVariables Choose(
        IReadOnlyDictionary<string, string> inherited,
        string? environment,
        string scripts,
        IReadOnlyDictionary<string, string> extra
    )
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var withheld = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in inherited.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (IsOwned(name) || Interfering.Contains(name, StringComparer.Ordinal))
                continue;
            if (MayBeSecret(name, value))
                withheld.Add(name);
            else
                values[name] = value;
        }

        values["PATH"] = values.TryGetValue("PATH", out var path) && path.Length > 0 ? $"{scripts}:{path}" : scripts;
        values["PYTHONNOUSERSITE"] = "1";
        values["PYTHONIOENCODING"] = "utf-8:backslashreplace";
        values.Remove("VIRTUAL_ENV");
        if (environment is not null)
            values["VIRTUAL_ENV"] = environment;
        foreach (var (name, value) in extra)
            values[name] = value;
        return new HookVariables(values, withheld.DrainToImmutable());
    }

    private static bool IsOwned(string name)
    {
        foreach (var owner in Owners)
        {
            if (name.StartsWith(owner, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool MayBeSecret(string name, string value)
    {
        if (
            name
            is "SSH_AUTH_SOCK"
                or "SSH_AGENT_PID"
                or "GPG_AGENT_INFO"
                or "KRB5CCNAME"
                or "DOCKER_CONFIG"
                or "KUBECONFIG"
        )
        {
            return true;
        }

        var words = name.ToUpperInvariant().Split(['_', '-', '.']);
        if (
            words.Any(word =>
                SecretWords.Contains(word, StringComparer.Ordinal)
                || word.EndsWith("PASSWORD", StringComparison.Ordinal)
            )
        )
        {
            return true;
        }

        // API_KEY, AWS_ACCESS_KEY_ID, SIGNING_KEY, but not KEYBOARD or MONKEY.
        var isKey = words.Contains("KEY", StringComparer.Ordinal) && words.Length > 1;
        return isKey || HasPassword(value);
    }

    /// <summary>Whether a value is, or contains, a URL with a user (`https://user:password@host`).</summary>
    private static bool HasPassword(string value)
    {
        var rest = value.AsSpan();
        while (rest.IndexOf("://") is >= 0 and var scheme)
        {
            rest = rest[(scheme + 3)..];
            var authority = rest;
            var end = authority.IndexOfAny(AfterAuthority);
            if (end >= 0)
                authority = authority[..end];
            if (authority.Contains('@'))
                return true;
        }

        return false;
    }
}
