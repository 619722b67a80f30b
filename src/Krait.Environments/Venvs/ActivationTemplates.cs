namespace Krait.Environments.Venvs;

/// <summary>
/// The texts of the activation scripts. `@ENVIRONMENT@` and `@PROMPT@` stand for texts that are quoted for the shell, `@LOCATE@` for
/// what finds an environment that may be moved.
/// </summary>
internal static class ActivationTemplates
{
    public const string Bash = """
        # Read this file into bash, zsh or another POSIX shell: . bin/activate
        @LOCATE@
        # An environment that is active is left first, whatever made it.
        if [ "$(command -v deactivate)" = deactivate ]; then
            deactivate nondestructive
        fi

        # The names of what is remembered are those of other tools' scripts, so that theirs undo this one too.
        deactivate () {
            if [ -n "${_OLD_VIRTUAL_PATH+set}" ]; then
                PATH="$_OLD_VIRTUAL_PATH"
                export PATH
                unset _OLD_VIRTUAL_PATH
            fi
            if [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
                PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
                export PYTHONHOME
                unset _OLD_VIRTUAL_PYTHONHOME
            fi
            if [ -n "${_OLD_VIRTUAL_PS1+set}" ]; then
                PS1="$_OLD_VIRTUAL_PS1"
                export PS1
                unset _OLD_VIRTUAL_PS1
            fi
            unset VIRTUAL_ENV
            unset VIRTUAL_ENV_PROMPT
            # The shell may remember where programs were.
            hash -r 2> /dev/null || true
            if [ "${1-}" != nondestructive ]; then
                unset -f deactivate
            fi
        }

        deactivate nondestructive

        VIRTUAL_ENV=@ENVIRONMENT@
        export VIRTUAL_ENV
        VIRTUAL_ENV_PROMPT=@PROMPT@
        export VIRTUAL_ENV_PROMPT

        _OLD_VIRTUAL_PATH="$PATH"
        PATH="$VIRTUAL_ENV/bin:$PATH"
        export PATH

        # A PYTHONHOME would make every interpreter look there for its library.
        if [ -n "${PYTHONHOME+set}" ]; then
            _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
            unset PYTHONHOME
        fi

        if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
            _OLD_VIRTUAL_PS1="${PS1-}"
            # The shell looks the variable up at each prompt, and never runs what it holds. Where it does not look variables up, or may
            # start to at any time, the text stands here without anything that could be run.
            if [ -n "${ZSH_VERSION-}" ]; then
                PS1=@ZSH_PROMPT@"${PS1-}"
            elif [ -n "${BASH_VERSION-}" ] && ! shopt -q promptvars; then
                PS1=@PLAIN_PROMPT@"${PS1-}"
            else
                PS1='($VIRTUAL_ENV_PROMPT) '"${PS1-}"
            fi
            export PS1
        fi

        hash -r 2> /dev/null || true

        """;

    /// <summary>Finds the environment by the script's own place, for one that may be moved.</summary>
    public const string BashLocation = """

        # Where this file is: bash and zsh know it; for other shells, Linux lists the files that they have open.
        _krait_script="${BASH_SOURCE-}"
        if [ -z "$_krait_script" ] && [ -n "${ZSH_VERSION-}" ]; then
            eval '_krait_script="${(%):-%x}"'
        fi
        if [ -z "$_krait_script" ]; then
            _krait_script="$(exec sh -c 'for f in "/proc/$PPID/fd/"*; do f="$(readlink "$f")"; case "$f" in */bin/activate) echo "$f"; break;; esac; done')"
        fi
        if [ ! -f "$_krait_script" ]; then
            echo 'krait: cannot find the environment of bin/activate in this shell; use bash or zsh' >&2
            unset _krait_script
            return 1
        fi
        # A link to this file may be anywhere: the environment is around the file itself.
        while [ -L "$_krait_script" ]; do
            _krait_link="$(readlink -- "$_krait_script")"
            case "$_krait_link" in
                /*) _krait_script="$_krait_link" ;;
                *) _krait_script="$(dirname -- "$_krait_script")/$_krait_link" ;;
            esac
            unset _krait_link
        done
        _krait_root="$(CDPATH= cd -- "$(dirname -- "$_krait_script")/.." > /dev/null && pwd)"
        unset _krait_script

        """;

    public const string Fish = """
        # Read this file into fish: source bin/activate.fish

        # An environment that is active is left first, whatever made it.
        if functions -q deactivate
            deactivate nondestructive
        end

        # The names of what is remembered are those of other tools' scripts, so that theirs undo this one too.
        function deactivate -d 'Leave the virtual environment'
            if set -q _OLD_VIRTUAL_PATH
                set -gx PATH $_OLD_VIRTUAL_PATH
                set -e _OLD_VIRTUAL_PATH
            end
            if set -q _OLD_VIRTUAL_PYTHONHOME
                set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
                set -e _OLD_VIRTUAL_PYTHONHOME
            end
            if set -q _OLD_FISH_PROMPT_OVERRIDE
                set -e _OLD_FISH_PROMPT_OVERRIDE
                # A shell in the shell inherits the variable, but not the function.
                if functions -q _old_fish_prompt
                    # Without it, fish would load the prompt that is removed from its file again.
                    set -l fish_function_path
                    functions -e fish_prompt
                    functions -c _old_fish_prompt fish_prompt
                    functions -e _old_fish_prompt
                end
            end
            set -e VIRTUAL_ENV
            set -e VIRTUAL_ENV_PROMPT
            if test "$argv[1]" != nondestructive
                functions -e deactivate
            end
        end

        deactivate nondestructive

        set -gx VIRTUAL_ENV @ENVIRONMENT@
        set -gx VIRTUAL_ENV_PROMPT @PROMPT@

        set -gx _OLD_VIRTUAL_PATH $PATH
        set -gx PATH "$VIRTUAL_ENV/bin" $PATH

        if set -q PYTHONHOME
            set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
            set -e PYTHONHOME
        end

        if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
            functions -c fish_prompt _old_fish_prompt
            function fish_prompt
                set -l last_status $status
                printf '(%s) ' "$VIRTUAL_ENV_PROMPT"
                echo "exit $last_status" | source
                _old_fish_prompt
            end
            set -gx _OLD_FISH_PROMPT_OVERRIDE "$VIRTUAL_ENV"
        end

        """;

    public const string Csh = """
        # Read this file into csh or tcsh: source bin/activate.csh

        @LOCATE@
        # The names of what is remembered are those of other tools' scripts: each undoes what another one did.
        alias deactivate 'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH:q" && unset _OLD_VIRTUAL_PATH; test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT:q" && unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; test "\!:*" != nondestructive && unalias deactivate'

        deactivate nondestructive

        setenv VIRTUAL_ENV @ENVIRONMENT@
        setenv VIRTUAL_ENV_PROMPT @PROMPT@

        set _OLD_VIRTUAL_PATH="$PATH:q"
        setenv PATH "$VIRTUAL_ENV:q/bin:$PATH:q"

        if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
            set _OLD_VIRTUAL_PROMPT="$prompt:q"
            set prompt=@CSH_PROMPT@"$prompt:q"
        endif

        rehash
        @END@
        """;

    /// <summary>The beginning of the script for an environment that may be moved; the end closes the condition.</summary>
    public const string CshLocation = """

        # Where this file is: the shell has it open while it reads it, and Linux lists the files that a process has open.
        set _krait_root = "`ls -l /proc/$$/fd |& sed -n 's|^.* -> \(/.*\)/bin/activate\.csh|\1|p' | tail -n 1`"
        if ( "$_krait_root:q" == "" ) then
            echo 'krait: cannot find the environment of bin/activate.csh in this shell; use bash or zsh'
        else

        """;

    public const string Nushell = """
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

    public const string PowerShell = """
        # Run this file in PowerShell: . bin/activate.ps1

        # An environment that is active is left first, whatever made it.
        if (Test-Path function:deactivate) {
            deactivate -NonDestructive
        }

        # What is remembered is where other tools' scripts look for it: in the environment or in a variable.
        function global:deactivate([switch] $NonDestructive) {
            if (Test-Path env:_OLD_VIRTUAL_PATH) {
                # Scripts that know only the variable remove only that; then this one is out of date.
                if ($env:VIRTUAL_ENV) {
                    $env:PATH = $env:_OLD_VIRTUAL_PATH
                }
                Remove-Item -Path env:_OLD_VIRTUAL_PATH
            }
            Remove-Variable -Name _OLD_VIRTUAL_PATH -Scope global -ErrorAction SilentlyContinue
            if (Test-Path env:_OLD_VIRTUAL_PYTHONHOME) {
                $env:PYTHONHOME = $env:_OLD_VIRTUAL_PYTHONHOME
                Remove-Item -Path env:_OLD_VIRTUAL_PYTHONHOME
            }
            if (Test-Path function:_OLD_VIRTUAL_PROMPT) {
                Copy-Item -Path function:_OLD_VIRTUAL_PROMPT -Destination function:global:prompt
                Remove-Item -Path function:_OLD_VIRTUAL_PROMPT
            }
            Remove-Item -Path env:VIRTUAL_ENV -ErrorAction SilentlyContinue
            Remove-Item -Path env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue
            if (-not $NonDestructive) {
                Remove-Item -Path function:deactivate
            }
        }

        deactivate -NonDestructive

        $env:VIRTUAL_ENV = @ENVIRONMENT@
        $env:VIRTUAL_ENV_PROMPT = @PROMPT@

        $env:_OLD_VIRTUAL_PATH = $env:PATH
        $global:_OLD_VIRTUAL_PATH = $env:PATH
        $folder = if (Test-Path (Join-Path $env:VIRTUAL_ENV 'Scripts')) { 'Scripts' } else { 'bin' }
        $env:PATH = (Join-Path $env:VIRTUAL_ENV $folder) + [System.IO.Path]::PathSeparator + $env:PATH

        if (Test-Path env:PYTHONHOME) {
            $env:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
            Remove-Item -Path env:PYTHONHOME
        }

        if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
            Copy-Item -Path function:prompt -Destination function:global:_OLD_VIRTUAL_PROMPT
            function global:prompt {
                Write-Host -NoNewline -ForegroundColor Green "($env:VIRTUAL_ENV_PROMPT) "
                _OLD_VIRTUAL_PROMPT
            }
        }

        """;

    public const string Xonsh = """
        # Read this file into xonsh: source bin/activate.xsh
        @LOCATE@
        # An environment that is active is left first, whatever made it.
        if 'VIRTUAL_ENV' in __xonsh__.env and 'deactivate' in aliases:
            deactivate nondestructive

        # The names of what is remembered are those of other tools' scripts, so that theirs undo this one too.
        def _krait_deactivate(args):
            for name in ('PATH', 'PYTHONHOME'):
                if '_OLD_VIRTUAL_' + name in __xonsh__.env:
                    __xonsh__.env[name] = __xonsh__.env.pop('_OLD_VIRTUAL_' + name)
            __xonsh__.env.pop('VIRTUAL_ENV', None)
            __xonsh__.env.pop('VIRTUAL_ENV_PROMPT', None)
            if 'nondestructive' not in args:
                aliases.pop('deactivate', None)

        $VIRTUAL_ENV = @ENVIRONMENT@
        $VIRTUAL_ENV_PROMPT = @PROMPT@
        $_OLD_VIRTUAL_PATH = list($PATH)
        $PATH.insert(0, $VIRTUAL_ENV + '/bin')
        if 'PYTHONHOME' in __xonsh__.env:
            $_OLD_VIRTUAL_PYTHONHOME = __xonsh__.env.pop('PYTHONHOME')
        aliases['deactivate'] = _krait_deactivate

        """;

    /// <summary>Finds the environment by the script's own place, for one that may be moved.</summary>
    public const string XonshLocation = """

        import os as _krait_os

        # A link to this file may be anywhere: the environment is around the file itself.
        if not isinstance(globals().get('__file__'), str):
            raise RuntimeError('krait: cannot find the environment of bin/activate.xsh in this version of xonsh')
        _krait_root = _krait_os.path.dirname(_krait_os.path.dirname(_krait_os.path.realpath(__file__)))
        del _krait_os

        """;

    public const string Batch = """
        @echo off
        rem Run this file in cmd.exe: Scripts\activate.bat

        if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"
        if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"

        set "VIRTUAL_ENV=@ENVIRONMENT@"
        set "VIRTUAL_ENV_PROMPT=@PROMPT@"
        set "_OLD_VIRTUAL_PATH=%PATH%"
        set "PATH=%~dp0;%PATH%"
        if defined PYTHONHOME set "_OLD_VIRTUAL_PYTHONHOME=%PYTHONHOME%"
        set PYTHONHOME=
        if not defined VIRTUAL_ENV_DISABLE_PROMPT (
            set "_OLD_VIRTUAL_PROMPT=%PROMPT%"
            set "PROMPT=(%VIRTUAL_ENV_PROMPT:$=$$%) %PROMPT%"
        )

        """;

    public const string BatchDeactivate = """
        @echo off
        if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"
        if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
        if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
        set _OLD_VIRTUAL_PATH=
        set _OLD_VIRTUAL_PROMPT=
        set _OLD_VIRTUAL_PYTHONHOME=
        set VIRTUAL_ENV=
        set VIRTUAL_ENV_PROMPT=

        """;

    public const string ActivateThis = """
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
        site.addsitedir(os.path.join(environment, *@PACKAGES@.split('/')))
        sys.path[:] = sys.path[seen:] + sys.path[:seen]
        sys.real_prefix = sys.prefix
        sys.prefix = environment

        """;
}
