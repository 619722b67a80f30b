namespace Krait.Cli.Parsing;

/// <summary>What to use in place of the commands that people bring from pip, pip-tools, virtualenv, uv, Poetry and others.</summary>
internal static class ForeignCommands
{
    private const string NoInterpreters =
        "This version does not install Python: name an interpreter with `--python PATH`";
    private const string NoUploads = "This version does not upload distributions: use `twine upload dist/*`";

    /// <summary>The advice for a command that krait does not have; null where its words say nothing.</summary>
    public static string? Advice(CommandSet commands, string path)
    {
        var word = path.StartsWith("pip ", StringComparison.Ordinal) ? path["pip ".Length..] : path;
        var isOfPip = word.Length < path.Length;
        if (!isOfPip && commands.Find($"pip {word}") is { } same)
            return $"Use `krait {same.Path}`";
        return word switch
        {
            "new" when !isOfPip => "Use `krait init`",
            "update" or "upgrade" when !isOfPip => "Use `krait lock --upgrade`",
            "upgrade" or "update" => "Use `krait pip install --upgrade PACKAGE`",
            "remove" or "rm" or "delete" => "Use `krait pip uninstall`",
            "add" or "i" => "Use `krait pip install`",
            "lock" or "export" => $"Use `krait {word}`",
            "run" or "exec" => "Use `krait run`",
            "shell" or "activate" => "Use `krait shell`",
            "x" or "tool" or "tools" or "uvx" or "pipx" =>
                "This version does not run tools: install the tool into an environment of its own",
            "python" or "pyenv" => NoInterpreters,
            "build" => "Use `krait build`",
            "publish" or "upload" => NoUploads,
            "outdated" => "Use `krait pip list --outdated`",
            "inspect" => "Use `krait pip list --format json`",
            "pip-compile" or "compile-requirements" => "Use `krait pip compile`",
            "pip-sync" => "Use `krait pip sync`",
            "pipdeptree" or "deptree" or "graph" => "Use `krait pip tree`",
            "virtualenv" or "env" or "create" or "mkvenv" => "Use `krait venv`",
            "venv" => "Use `krait venv`",
            "cache" => "Use `krait cache`",
            "config" => "Settings are read from `krait.toml` and the environment: see `krait help`",
            "search" => "Package indexes no longer offer a search: look on the site of the index",
            "index" or "versions" =>
                "Use `krait pip why-not PACKAGE==VERSION` to learn whether a version can be installed",
            "hash" => "Use `krait pip compile --generate-hashes`",
            "completion" => "Use `krait generate-shell-completion SHELL`",
            "debug" => "Use `krait --version`, and `-v` with the command that fails",
            "self" => "Replace the executable to update krait",
            "version" => "Use `krait --version`",
            _ => null,
        };
    }
}
