namespace Krait.Environments.Venvs;

/// <summary>
/// The scripts that put an environment in front of `PATH`, for every shell in use. Each one undoes an activation before it, remembers
/// what it changes, and defines how to undo it.
/// </summary>
internal static class ActivationScripts
{
    /// <summary>The scripts of an environment: file name and text.</summary>
    public static IEnumerable<(string Name, string Text)> For(VenvRequest request)
    {
        var prompt = request.Prompt ?? Path.GetFileName(request.Path.TrimEnd('/'));
        var relocatable = request.IsRelocatable;
        yield return (
            "activate",
            Fill(
                Bash,
                relocatable
                    ? """"$(cd -- "$(dirname -- "${BASH_SOURCE:-${(%):-%x}}")/.." > /dev/null && pwd)""""
                    : ShellQuote(request.Path),
                ShellQuote(prompt)
            )
        );
        yield return (
            "activate.fish",
            Fill(Fish, relocatable ? "(path resolve (status dirname)/..)" : FishQuote(request.Path), FishQuote(prompt))
        );
        yield return ("activate.csh", Fill(Csh, CshQuote(request.Path), CshQuote(prompt)));
        yield return (
            "activate.nu",
            Fill(
                Nushell,
                relocatable ? "(path self | path dirname | path dirname)" : NushellQuote(request.Path),
                NushellQuote(prompt)
            )
        );
        yield return (
            "activate.ps1",
            Fill(
                PowerShell,
                relocatable ? "(Split-Path -Parent $PSScriptRoot)" : PowerShellQuote(request.Path),
                PowerShellQuote(prompt)
            )
        );
        yield return ("activate.xsh", Fill(Xonsh, PythonQuote(request.Path), PythonQuote(prompt)));
        yield return (
            "activate.bat",
            Fill(Batch, relocatable ? "%~dp0.." : BatchQuote(request.Path), BatchQuote(prompt))
                .Replace("\n", "\r\n", StringComparison.Ordinal)
        );
        yield return ("deactivate.bat", BatchDeactivate.Replace("\n", "\r\n", StringComparison.Ordinal));
        yield return ("activate_this.py", Fill(ActivateThis, PythonQuote(request.SitePackages), PythonQuote(prompt)));
    }

    private static string Fill(string template, string environment, string prompt) =>
        template
            .Replace("@ENVIRONMENT@", environment, StringComparison.Ordinal)
            .Replace("@PROMPT@", prompt, StringComparison.Ordinal);

    private static string ShellQuote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string FishQuote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>csh expands `!` even between single quotes.</summary>
    private static string CshQuote(string text) => ShellQuote(text).Replace("!", "\\!", StringComparison.Ordinal);

    /// <summary>A raw string with one more `#` than the text has in a row.</summary>
    private static string NushellQuote(string text)
    {
        var fence = "#";
        while (text.Contains("'" + fence, StringComparison.Ordinal))
            fence += "#";
        return $"r{fence}'{text}'{fence}";
    }

    private static string PowerShellQuote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string PythonQuote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string BatchQuote(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private const string Bash = """
        # Read this file into bash, zsh or another POSIX shell: . bin/activate

        deactivate () {
            if [ -n "${_KRAIT_OLD_PATH+set}" ]; then
                PATH="$_KRAIT_OLD_PATH"
                export PATH
                unset _KRAIT_OLD_PATH
            fi
            if [ -n "${_KRAIT_OLD_PYTHONHOME+set}" ]; then
                PYTHONHOME="$_KRAIT_OLD_PYTHONHOME"
                export PYTHONHOME
                unset _KRAIT_OLD_PYTHONHOME
            fi
            if [ -n "${_KRAIT_OLD_PS1+set}" ]; then
                PS1="$_KRAIT_OLD_PS1"
                export PS1
                unset _KRAIT_OLD_PS1
            fi
            unset VIRTUAL_ENV
            unset VIRTUAL_ENV_PROMPT
            # The shell may remember where programs were.
            hash -r 2> /dev/null || true
            if [ "${1-}" != again ]; then
                unset -f deactivate
            fi
        }

        deactivate again

        VIRTUAL_ENV=@ENVIRONMENT@
        export VIRTUAL_ENV
        VIRTUAL_ENV_PROMPT=@PROMPT@
        export VIRTUAL_ENV_PROMPT

        _KRAIT_OLD_PATH="$PATH"
        PATH="$VIRTUAL_ENV/bin:$PATH"
        export PATH

        # A PYTHONHOME would make every interpreter look there for its library.
        if [ -n "${PYTHONHOME+set}" ]; then
            _KRAIT_OLD_PYTHONHOME="$PYTHONHOME"
            unset PYTHONHOME
        fi

        if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
            _KRAIT_OLD_PS1="${PS1-}"
            PS1="($VIRTUAL_ENV_PROMPT) ${PS1-}"
            export PS1
        fi

        hash -r 2> /dev/null || true

        """;

    private const string Fish = """
        # Read this file into fish: source bin/activate.fish

        function deactivate -d 'Leave the virtual environment'
            if set -q _KRAIT_OLD_PATH
                set -gx PATH $_KRAIT_OLD_PATH
                set -e _KRAIT_OLD_PATH
            end
            if set -q _KRAIT_OLD_PYTHONHOME
                set -gx PYTHONHOME $_KRAIT_OLD_PYTHONHOME
                set -e _KRAIT_OLD_PYTHONHOME
            end
            if functions -q _krait_old_fish_prompt
                functions -e fish_prompt
                functions -c _krait_old_fish_prompt fish_prompt
                functions -e _krait_old_fish_prompt
            end
            set -e VIRTUAL_ENV
            set -e VIRTUAL_ENV_PROMPT
            if test "$argv[1]" != again
                functions -e deactivate
            end
        end

        deactivate again

        set -gx VIRTUAL_ENV @ENVIRONMENT@
        set -gx VIRTUAL_ENV_PROMPT @PROMPT@

        set -gx _KRAIT_OLD_PATH $PATH
        set -gx PATH "$VIRTUAL_ENV/bin" $PATH

        if set -q PYTHONHOME
            set -gx _KRAIT_OLD_PYTHONHOME $PYTHONHOME
            set -e PYTHONHOME
        end

        if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
            functions -c fish_prompt _krait_old_fish_prompt
            function fish_prompt
                set -l last_status $status
                printf '(%s) ' "$VIRTUAL_ENV_PROMPT"
                echo "exit $last_status" | source
                _krait_old_fish_prompt
            end
        end

        """;

    private const string Csh = """
        # Read this file into csh or tcsh: source bin/activate.csh

        alias deactivate 'test $?_KRAIT_OLD_PATH != 0 && setenv PATH "$_KRAIT_OLD_PATH" && unset _KRAIT_OLD_PATH; test $?_KRAIT_OLD_PROMPT != 0 && set prompt="$_KRAIT_OLD_PROMPT" && unset _KRAIT_OLD_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; test "\!:*" != again && unalias deactivate'

        deactivate again

        setenv VIRTUAL_ENV @ENVIRONMENT@
        setenv VIRTUAL_ENV_PROMPT @PROMPT@

        set _KRAIT_OLD_PATH="$PATH"
        setenv PATH "$VIRTUAL_ENV/bin:$PATH"

        if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
            set _KRAIT_OLD_PROMPT="$prompt"
            set prompt="($VIRTUAL_ENV_PROMPT) $prompt"
        endif

        rehash

        """;

    private const string Nushell = """
        # Read this file into nushell: overlay use bin/activate.nu
        # Leave the environment with: overlay hide activate

        export-env {
            let environment = @ENVIRONMENT@
            let name = @PROMPT@
            let path_name = if ('Path' in $env) { 'Path' } else { 'PATH' }
            let path = ($env | get $path_name | prepend ($environment | path join 'bin'))
            load-env { $path_name: $path, VIRTUAL_ENV: $environment, VIRTUAL_ENV_PROMPT: $name }
            if not ('VIRTUAL_ENV_DISABLE_PROMPT' in $env) and ('PROMPT_COMMAND' in $env) {
                let before = $env.PROMPT_COMMAND
                $env.PROMPT_COMMAND = {|| $"\(($name)\) (if ($before | describe) == 'closure' { do $before } else { $before })" }
            }
        }

        export alias deactivate = overlay hide activate

        """;

    private const string PowerShell = """
        # Run this file in PowerShell: . bin/activate.ps1

        function global:deactivate([switch] $Again) {
            if (Test-Path variable:global:_KraitOldPath) {
                $env:PATH = $global:_KraitOldPath
                Remove-Variable -Name _KraitOldPath -Scope global
            }
            if (Test-Path variable:global:_KraitOldPythonHome) {
                $env:PYTHONHOME = $global:_KraitOldPythonHome
                Remove-Variable -Name _KraitOldPythonHome -Scope global
            }
            if (Test-Path function:global:_KraitOldPrompt) {
                Copy-Item -Path function:global:_KraitOldPrompt -Destination function:global:prompt
                Remove-Item -Path function:global:_KraitOldPrompt
            }
            Remove-Item -Path env:VIRTUAL_ENV -ErrorAction SilentlyContinue
            Remove-Item -Path env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue
            if (-not $Again) {
                Remove-Item -Path function:deactivate
            }
        }

        deactivate -Again

        $env:VIRTUAL_ENV = @ENVIRONMENT@
        $env:VIRTUAL_ENV_PROMPT = @PROMPT@

        $global:_KraitOldPath = $env:PATH
        $folder = if (Test-Path (Join-Path $env:VIRTUAL_ENV 'Scripts')) { 'Scripts' } else { 'bin' }
        $env:PATH = (Join-Path $env:VIRTUAL_ENV $folder) + [System.IO.Path]::PathSeparator + $env:PATH

        if (Test-Path env:PYTHONHOME) {
            $global:_KraitOldPythonHome = $env:PYTHONHOME
            Remove-Item -Path env:PYTHONHOME
        }

        if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
            Copy-Item -Path function:prompt -Destination function:global:_KraitOldPrompt
            function global:prompt {
                Write-Host -NoNewline -ForegroundColor Green "($env:VIRTUAL_ENV_PROMPT) "
                _KraitOldPrompt
            }
        }

        """;

    private const string Xonsh = """
        # Read this file into xonsh: source bin/activate.xsh

        def _krait_deactivate(args):
            if '_KRAIT_OLD_PATH' in __xonsh__.env:
                $PATH = __xonsh__.env.pop('_KRAIT_OLD_PATH')
            __xonsh__.env.pop('VIRTUAL_ENV', None)
            __xonsh__.env.pop('VIRTUAL_ENV_PROMPT', None)
            aliases.pop('deactivate', None)

        if 'VIRTUAL_ENV' in __xonsh__.env and 'deactivate' in aliases:
            deactivate

        $VIRTUAL_ENV = @ENVIRONMENT@
        $VIRTUAL_ENV_PROMPT = @PROMPT@
        $_KRAIT_OLD_PATH = list($PATH)
        $PATH.insert(0, $VIRTUAL_ENV + '/bin')
        aliases['deactivate'] = _krait_deactivate

        """;

    private const string Batch = """
        @echo off
        rem Run this file in cmd.exe: Scripts\activate.bat

        if defined _KRAIT_OLD_PATH set "PATH=%_KRAIT_OLD_PATH%"
        if defined _KRAIT_OLD_PROMPT set "PROMPT=%_KRAIT_OLD_PROMPT%"

        set "VIRTUAL_ENV=@ENVIRONMENT@"
        set "VIRTUAL_ENV_PROMPT=@PROMPT@"
        set "_KRAIT_OLD_PATH=%PATH%"
        set "PATH=%~dp0;%PATH%"
        if defined PYTHONHOME set "_KRAIT_OLD_PYTHONHOME=%PYTHONHOME%"
        set PYTHONHOME=
        if not defined VIRTUAL_ENV_DISABLE_PROMPT (
            set "_KRAIT_OLD_PROMPT=%PROMPT%"
            set "PROMPT=(%VIRTUAL_ENV_PROMPT%) %PROMPT%"
        )

        """;

    private const string BatchDeactivate = """
        @echo off
        if defined _KRAIT_OLD_PATH set "PATH=%_KRAIT_OLD_PATH%"
        if defined _KRAIT_OLD_PROMPT set "PROMPT=%_KRAIT_OLD_PROMPT%"
        if defined _KRAIT_OLD_PYTHONHOME set "PYTHONHOME=%_KRAIT_OLD_PYTHONHOME%"
        set _KRAIT_OLD_PATH=
        set _KRAIT_OLD_PROMPT=
        set _KRAIT_OLD_PYTHONHOME=
        set VIRTUAL_ENV=
        set VIRTUAL_ENV_PROMPT=

        """;

    private const string ActivateThis = """
        # Run this file inside a Python program to see the environment's packages from there:
        # exec(compile(open(path).read(), path, 'exec'), {'__file__': path})

        import os
        import site
        import sys

        scripts = os.path.dirname(os.path.abspath(__file__))
        environment = os.path.dirname(scripts)

        os.environ['PATH'] = os.pathsep.join([scripts] + os.environ.get('PATH', '').split(os.pathsep))
        os.environ['VIRTUAL_ENV'] = environment
        os.environ['VIRTUAL_ENV_PROMPT'] = @PROMPT@

        # The environment's packages come before those that are visible already.
        seen = len(sys.path)
        site.addsitedir(os.path.join(environment, *@ENVIRONMENT@.split('/')))
        sys.path[:] = sys.path[seen:] + sys.path[:seen]
        sys.real_prefix = sys.prefix
        sys.prefix = environment

        """;
}
