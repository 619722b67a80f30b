"""Run pip's commands and krait's beside each other on one environment, and list where they differ.

    python3 bench/peers/pip_surface.py --krait artifacts/krait --pip PIP --index URL

PIP is an executable of pip 26.3. Exit codes, the lines of the output (with paths, sizes and times blanked) and the keys
of JSON and TOML documents are compared. What is known and wanted is in KNOWN, with its reason; the exit code is 1 where
something else differs, and 77 where pip is not there.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

# Case: why it differs.
KNOWN = {
    "freeze": "names are normalized, and editables have no comment",
    "freeze --all": "names are normalized, and editables have no comment",
    "freeze --exclude flask": "names are normalized, and editables have no comment",
    "freeze --exclude-editable": "names are normalized",
    "freeze -r requirements.txt": "names are normalized, and editables have no comment",
    "list --uptodate --format freeze": "what no index has is not out of date",
    "inspect": "names of imports are part of the metadata",
    "hash missing.whl": "what could not be done is 1",
    "hash": "a missing argument is 2",
    "index versions": "a missing argument is 2",
    "install": "nothing to do is 2",
    "install -r missing.txt": "a file that cannot be used is 2",
    "uninstall -y": "a missing argument is 2",
    "nonsense": "a command that is not there is 2",
    "cache list": "krait builds editables through its cache",
    "cache list --format abspath": "krait builds editables through its cache",
}

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""

BACKEND = """
import os, zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "local-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        wheel.writestr("local.py", "value = 1\\n")
        wheel.writestr("local-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: local\\nVersion: 1.0\\n")
        wheel.writestr("local-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("local-1.0.dist-info/RECORD", "local.py,,\\nlocal-1.0.dist-info/METADATA,,\\n"
            "local-1.0.dist-info/WHEEL,,\\nlocal-1.0.dist-info/RECORD,,\\n")
    return name
build_editable = build_wheel
"""


class Scene:
    def __init__(self, arguments, folder):
        # The environment has the interpreter that pip runs on: what pip says of wheels and markers is then about the same.
        self.folder, self.krait, self.pip = folder, arguments.krait.resolve(), arguments.pip
        self.venv = folder / "venv"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PIP_INDEX_URL": arguments.index,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_COLOR": "1",
            "NO_COLOR": "1",
        }
        for tool in ("pip", "krait"):
            (folder / f"home-{tool}").mkdir()
        self.run([self.krait, "venv", "-q", "--python", arguments.pip.parent / "python", self.venv], check=True)

    def run(self, words, check=False, tool="krait"):
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env={**self.environment, "HOME": str(self.folder / f"home-{tool}")},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if check and done.returncode != 0:
            sys.exit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def both(self, words):
        """The same words for pip and for krait; `DIR` becomes a directory of its own for each."""
        answers = []
        for tool in ("pip", "krait"):
            target = self.folder / f"out-{tool}"
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            own = [word.replace("DIR", str(target)) for word in words.split()]
            if tool == "pip":
                command = [self.pip, "--python", self.venv / "bin" / "python", *own]
            else:
                place = ["--python", self.venv] if takes_python(own) else []
                command = [self.krait, "pip", *own, *place]
            done = self.run(command, tool=tool)
            files = sorted(path.name for path in target.iterdir())
            answers.append((done, files, target))
        return answers


def takes_python(words):
    return words[0] not in ("config", "cache", "hash", "version")


def keys(value, path="$"):
    """The keys of a document, with the kind of what they lead to; an array is described by all its elements."""
    if isinstance(value, dict):
        for key, inner in value.items():
            key = "*" if path.endswith((".hashes", ".environment", ".classifier")) else key
            yield f"{path}.{key}"
            yield from keys(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, path + "[]")


def plain(text, folder, target):
    text = text.replace(str(target), "DIR").replace(str(folder), "ROOT").replace("home-pip", "home").replace("home-krait", "home")
    text = re.sub(r"\d+(\.\d+)? ?(bytes|[kMG]B|[KMG]iB)", "SIZE", text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def compare(scene, words, kind):
    """What differs, a line for each."""
    (pip, pip_files, pip_target), (krait, krait_files, krait_target) = scene.both(words)
    found = []
    if pip.returncode != krait.returncode:
        found.append(f"exit code {pip.returncode}, here {krait.returncode}: {krait.stderr.strip()[:200]}")
    if pip_files != krait_files:
        found.append(f"files {pip_files}, here {krait_files}")
    if pip.returncode != 0 or kind == "code":
        return found
    if kind in ("json", "toml"):
        parse = json.loads if kind == "json" else tomllib.loads
        try:
            ours, theirs = set(keys(parse(krait.stdout))), set(keys(parse(pip.stdout)))
        except ValueError as error:
            return [*found, f"no document: {error}"]
        found += [f"lacks {key}" for key in sorted(theirs - ours)]
        found += [f"adds {key}" for key in sorted(ours - theirs)]
    elif kind == "lines":
        theirs = plain(pip.stdout, scene.folder, pip_target)
        ours = plain(krait.stdout, scene.folder, krait_target)
        found += [f"- {line}" for line in theirs if line not in ours]
        found += [f"+ {line}" for line in ours if line not in theirs]
        if not found and theirs != ours:
            found.append("the order differs")
    return found


CASES = [
    ("list", "lines"),
    ("list --format json", "json"),
    ("list --format freeze", "lines"),
    ("list --not-required", "lines"),
    ("list --editable", "lines"),
    ("list --editable --format json", "json"),
    ("list --exclude-editable --format freeze", "lines"),
    ("list --outdated --format json", "json"),
    ("list --outdated", "lines"),
    ("list --uptodate --format freeze", "lines"),
    ("list --exclude flask --format freeze", "lines"),
    ("list --format nonsense", "code"),
    ("freeze", "lines"),
    ("freeze --all", "lines"),
    ("freeze --exclude flask", "lines"),
    ("freeze --exclude-editable", "lines"),
    ("freeze -r requirements.txt", "lines"),
    ("show flask", "lines"),
    ("show flask werkzeug", "lines"),
    ("show -f markupsafe", "lines"),
    ("show local", "lines"),
    ("show missing", "code"),
    ("show flask missing", "code"),
    ("show", "code"),
    ("check", "lines"),
    ("inspect", "json"),
    ("hash wheel_here-1.0-py3-none-any.whl", "lines"),
    ("hash -a sha512 wheel_here-1.0-py3-none-any.whl", "lines"),
    ("hash missing.whl", "code"),
    ("hash", "code"),
    ("index versions flask", "lines"),
    ("index versions flask --json", "json"),
    ("index versions no-such-package-here", "code"),
    ("index versions", "code"),
    ("config list", "lines"),
    ("config set global.timeout 33", "code"),
    ("config get global.timeout", "lines"),
    ("config list", "lines"),
    ("config unset global.timeout", "code"),
    ("config get global.timeout", "code"),
    ("config get", "code"),
    ("config debug", "code"),
    ("cache dir", "code"),
    ("cache info", "code"),
    ("cache list", "lines"),
    ("cache list --format abspath", "lines"),
    ("cache remove nothing-like-that", "code"),
    ("cache remove", "code"),
    ("cache purge", "code"),
    ("cache nonsense", "code"),
    ("debug", "code"),
    ("download -q -d DIR flask", "files"),
    ("download -q -d DIR --no-deps flask", "files"),
    ("download -q -d DIR no-such-package-here", "code"),
    ("wheel -q -w DIR --no-deps ./project", "files"),
    ("wheel -q -w DIR itsdangerous", "files"),
    ("lock -q -o - flask", "toml"),
    ("install -q --dry-run --report - six", "json"),
    ("install -q --dry-run --report - --ignore-installed flask", "json"),
    ("install no-such-package-here", "code"),
    ("install", "code"),
    ("install -r missing.txt", "code"),
    ("uninstall -y no-such-package-here", "code"),
    ("uninstall -y", "code"),
    ("nonsense", "code"),
    ("list --nonsense", "code"),
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--krait", type=pathlib.Path, required=True)
    parser.add_argument("--pip", type=pathlib.Path, required=True)
    parser.add_argument("--index", required=True)
    arguments = parser.parse_args()
    if not arguments.pip.exists():
        print(f"there is no pip at {arguments.pip}: nothing was compared")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="krait-pip-") as name:
        folder = pathlib.Path(name).resolve()
        scene = Scene(arguments, folder)
        (folder / "project").mkdir()
        (folder / "project" / "pyproject.toml").write_text(PYPROJECT)
        (folder / "project" / "backend.py").write_text(BACKEND)
        (folder / "requirements.txt").write_text("# what we use\nflask\nmissing-here\nlocal\n")
        (folder / "wheel_here-1.0-py3-none-any.whl").write_bytes(b"not really a wheel, but it has a hash")
        python = ["--python", scene.venv]
        scene.run([scene.krait, "pip", "install", "-q", *python, "flask", "six"], check=True)
        scene.run([scene.krait, "pip", "install", "-q", *python, "-e", "./project"], check=True)
        differences = 0
        cases = [(words, kind) for words, kind in CASES]
        for words, kind in cases:
            differences += report(words, compare(scene, words, kind))
        site = scene.venv / "lib" / "python3.12" / "site-packages"
        for info in site.glob("werkzeug-*"):
            shutil.rmtree(info)
        differences += report("check, with a package missing", compare(scene, "check", "lines"))
        done = [scene.both("check")[at][0].stdout.split() for at in (0, 1)]
        if done[0] != done[1]:
            differences += report("check, with a package missing", [f"- {done[0]}", f"+ {done[1]}"])
        print(f"{len(cases) + 1} cases, {differences} unexpected differences")
        sys.exit(1 if differences else 0)


def report(words, found):
    if not found:
        return 0
    reason = KNOWN.get(words)
    print(f"{'known' if reason else 'DIFFERS'}: {words}" + (f" ({reason})" if reason else ""))
    for line in found:
        print(f"    {line}")
    return 0 if reason else 1


if __name__ == "__main__":
    main()
