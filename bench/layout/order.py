#!/usr/bin/env python3
"""Writes the order in which the functions of krait lie in its executable.

    order.py --krait PATH --index URL [--plain URL] [--symbols PATH.dbg] [--shared ../shared] [--python PATH] [-o src/Krait.Cli/Layout/functions.txt]

A page of code is read, and counted as memory, with the fifteen around it. Functions that run together should therefore lie together.
The script runs what people run, notes which functions each command enters, and writes their names: those of the shortest commands
first, then what each longer one adds, in the order of first use. The compiler places them so, and all others after them. Names that
are gone are skipped, and a new function is one among the others: an old list is not wrong, but worth less. `eng/publish` says how
many names it found.

The index has to serve the recorded workloads, over TLS; with --plain, the same index without TLS, what a resolution and an installation
enter without it comes first, so that TLS does not lie in between. Needs gcc and nm; Linux on x86-64.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "src/Krait.Cli/Layout/functions.txt"
HEADER = "# Written by bench/layout/order.py: the functions that commands enter, shortest commands first. Other functions follow these."


class Recorder:
    """Notes the functions that commands enter."""

    def __init__(self, options, folder):
        self.krait = options.krait
        self.folder = folder
        self.tool = folder / "entered"
        self.addresses = folder / "addresses"
        self.names = {}
        self.first = {}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("KRAIT_", "UV_", "PIP_")) and key != "VIRTUAL_ENV"}
        self.environment = kept | {"KRAIT_CACHE_DIR": str(folder / "cache"), "HOME": str(folder), "KRAIT_DEFAULT_INDEX": options.index, "KRAIT_PYTHON": str(options.python), "NO_COLOR": "1"}
        subprocess.run(["gcc", "-O2", "-o", self.tool, Path(__file__).with_name("entered.c")], check=True)
        self._read_symbols(options.symbols)

    def prepare(self, *words, **settings):
        """Runs a command of krait that is not noted."""
        self._run([self.krait, *words], **settings)

    def note(self, *words, **settings):
        """Runs a command of krait, and notes what it enters that none before it did."""
        entered = self.folder / "entered.txt"
        self._run([self.tool, self.addresses, entered, self.krait, *words], **settings)
        met = [int(line, 16) for line in entered.read_text().split()]
        new = [address for address in met if address not in self.first]
        self.first.update(dict.fromkeys(new))
        print(f"{len(met):6} functions, {len(new):5} new: krait {' '.join(str(word) for word in words[:3])}")

    def write(self, path):
        path.parent.mkdir(exist_ok=True)
        lines = [name for address in self.first for name in self.names[address]]
        path.write_text("\n".join([HEADER, *lines]) + "\n")
        print(f"{len(lines)} functions in {path}")

    def _read_symbols(self, symbols):
        sections = subprocess.run(["readelf", "-SW", self.krait], capture_output=True, text=True, check=True).stdout
        row = next(line.split("]", 1)[1].split() for line in sections.splitlines() if "__managedcode" in line)
        begin, end = int(row[2], 16), int(row[2], 16) + int(row[4], 16)
        for line in subprocess.run(["nm", "--numeric-sort", symbols], capture_output=True, text=True, check=True).stdout.splitlines():
            address, _, rest = line.partition(" ")
            kind, _, name = rest.partition(" ")
            if kind == "t" and begin <= int(address, 16) < end:
                self.names.setdefault(int(address, 16), []).append(name)
        if not self.names:
            sys.exit(f"{symbols} has no symbols of {self.krait}")
        self.addresses.write_text("\n".join(f"{address:x}" for address in self.names) + "\n")

    def _run(self, command, expected=0, where=None):
        done = subprocess.run([str(word) for word in command], cwd=where or self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode != expected:
            sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def make_project(folder, requirements):
    """A workspace whose root needs the requirements, with three members."""
    for name, needs in [("", requirements), ("one", ["six"]), ("two", ["one"]), ("three", [])]:
        place = folder / "members" / name if name else folder
        place.mkdir(parents=True)
        workspace = "" if name else '\n[tool.krait.workspace]\nmembers = ["members/*"]\n'
        source = '\n[tool.krait.sources]\none = { workspace = true }\n' if needs == ["one"] else ""
        (place / "pyproject.toml").write_text(
            f'[project]\nname = "{name or "app"}"\nversion = "1.0"\nrequires-python = ">=3.12"\ndependencies = {needs}\n'
            f"\n[tool.krait]\npackage = false\n{workspace}{source}"
        )


def note_commands(recorder, options):
    folder, workloads, python = recorder.folder, options.shared / "pypi/workloads", options.python
    lines = [line.split(" #")[0].strip() for line in (workloads / "jupyter.in").read_text().splitlines()]
    project = folder / "app"
    make_project(project, [line for line in lines if line and not line.startswith(("#", "-"))])
    for name in ["first", "second", "cold0", "cold1"]:
        recorder.prepare("venv", "--python", python, name)

    def interpreter(name):
        return ["--python", folder / name / "bin/python"]

    compile_ = ["pip", "compile", "--quiet", "--python", python, workloads / "jupyter.in", "-o"]
    recorder.prepare(*compile_, "set.txt")
    recorder.prepare("pip", "sync", *interpreter("first"), "set.txt")
    recorder.prepare("sync", where=project)
    # Files that changed a moment ago are read again instead of being recognized: the second time, later, is the short way.
    for _ in range(2):
        time.sleep(3)
        recorder.prepare("pip", "sync", *interpreter("first"), "set.txt")
        recorder.prepare("lock", where=project)
        recorder.prepare("sync", where=project)

    recorder.note("--version")
    recorder.note("pip", "sync", *interpreter("first"), "set.txt")
    recorder.note("lock", where=project)
    recorder.note("sync", where=project)
    recorder.note("run", "python", "-c", "pass", where=project)
    recorder.note(*compile_, "again.txt")
    recorder.note("pip", "sync", *interpreter("second"), "set.txt")
    for turn, index in enumerate(filter(None, [options.plain, options.index])):
        shutil.rmtree(folder / "cache")
        recorder.note(*compile_, f"cold{turn}.txt", "--default-index", index)
        recorder.note("pip", "sync", *interpreter(f"cold{turn}"), "set.txt", "--default-index", index)
    (project / "pylock.toml").unlink()
    recorder.note("lock", where=project)
    recorder.note("add", "rich", where=project)
    recorder.note("remove", "rich", where=project)
    recorder.note("tree", where=project)
    recorder.note("export", "--output-file", "exported.txt", where=project)
    recorder.note("pip", "install", *interpreter("first"), "flask", "--upgrade")
    recorder.note("pip", "install", *interpreter("first"), "flask", "werkzeug<1", expected=1)
    recorder.note("pip", "list", *interpreter("first"))
    recorder.note("pip", "freeze", *interpreter("first"))
    recorder.note("pip", "check", *interpreter("first"))
    recorder.note("pip", "why", *interpreter("first"), "six")
    recorder.note("pip", "uninstall", *interpreter("first"), "flask")
    recorder.note("venv", "--python", python, "fourth")
    recorder.note("init", "fresh", "--python", python)
    recorder.note("help")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", type=Path, required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--plain")
    parser.add_argument("--symbols", type=Path, help="what the linker stripped; beside the executable in artifacts/publish by default")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("-o", "--output", type=Path, default=LIST)
    options = parser.parse_args()
    options.krait = options.krait.resolve()
    options.shared = options.shared.resolve()
    options.symbols = options.symbols or options.krait.parent / "publish" / f"{options.krait.name}.dbg"
    with tempfile.TemporaryDirectory(prefix="krait-order-") as folder:
        recorder = Recorder(options, Path(folder))
        note_commands(recorder, options)
        recorder.write(options.output)


if __name__ == "__main__":
    main()
