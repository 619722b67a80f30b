#!/usr/bin/env python3
"""Resolves and installs every package of a list, and reports what became of each.

    install_many.py --krait PATH --index URL [--cert FILE] [--python PATH] [--names FILE|URL] [--chunk 100] [--tasks 50]
                    [--limit N] [--timeout 600] [--no-build] [--json FILE]

The list has one name a line, with `#` comments, or is a JSON document as the monthly list of most downloaded projects is published
(`{"rows": [{"project": "…"}]}`); a URL is fetched. `well-known.txt` in this directory is used where no other is given. Names are
taken in chunks. Each name of a chunk is resolved alone, many at once; those that were found are then installed together, into
an environment of their own. Where that fails, each is installed alone, so that one package cannot hide the others.

Every failure is counted by its cause, and none ends the run. With --no-build nothing is built and no code of a package runs.
Exit status: 0 when the run is done, whatever became of the packages; 2 when there is nothing to run.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent / "well-known.txt"
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
MISSING = re.compile(r"`([^`]+)` was not found")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def read_names(source):
    """The names of a list, each once, in its order; a message and exit status 2 where there are none."""
    supply = "write one name of a package a line, and pass the file with --names"
    try:
        named = lines_of(read(str(source)))
    except (OSError, ValueError) as failure:
        stop(f"cannot read the list `{source}`: {failure}", supply)
    wrong = [f"{source}:{number}: `{name}`" for number, name in enumerate(named, 1) if name and not NAME.fullmatch(name)]
    if wrong:
        stop(f"not a name of a package: {', '.join(wrong[:5])}", supply)
    names = list(dict.fromkeys(normal(name) for name in named if name))
    if not names:
        stop(f"the list `{source}` is empty", supply)
    return names


def read(source):
    if not source.startswith(("http://", "https://")):
        return Path(source).read_text(encoding="utf-8")
    with urllib.request.urlopen(source, timeout=60) as answer:
        return answer.read().decode()


def lines_of(text):
    """The lines of a list without their comments, or the names of a JSON document."""
    if not text.lstrip().startswith("{"):
        return [line.split("#")[0].strip() for line in text.splitlines()]
    try:
        return [row["project"].strip() for row in json.loads(text)["rows"]]
    except (KeyError, TypeError, AttributeError) as failure:
        raise ValueError(f"it has no `rows` with a `project` each ({failure!r})") from None


def stop(message, hint):
    print(f"error: {message}\nhint: {hint}", file=sys.stderr)
    sys.exit(2)


class Failure(Exception):
    """A command that failed; the kind is what failures are counted by."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Krait:
    """Runs krait with one cache, and without the settings of whoever runs this."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        foreign = ("KRAIT_", "UV_", "PIP_")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(foreign) and key != "VIRTUAL_ENV"}
        self.environment |= {"KRAIT_CACHE_DIR": str(folder / "cache"), "HOME": str(folder), "KRAIT_ERROR_FORMAT": "json"}
        if options.cert:
            self.environment["SSL_CERT_FILE"] = os.path.abspath(options.cert)

    def run(self, *words):
        """The standard output of a command that succeeds."""
        command = [self.options.krait, *map(str, words)]
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=self.options.timeout
            )
        except subprocess.TimeoutExpired:
            raise Failure("timeout", f"not done after {self.options.timeout:g} s") from None
        if done.returncode != 0:
            raise failure_of(done.returncode, done.stderr.decode(errors="replace"))
        return done.stdout.decode(errors="replace")

    def resolve(self, name, output):
        source = output.with_suffix(".in")
        source.write_text(name + "\n")
        self.run("pip", "compile", "--quiet", "--no-header", "--python", self.options.python, *self.common(), "-o", output, source)
        return sum(1 for line in output.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line))

    def install(self, names, environment):
        """Installs names into a new environment; answers how many packages, and how many of them were built."""
        self.run("venv", "--quiet", "--python", self.options.python, environment)
        try:
            report = environment / "report.json"
            python = environment / "bin" / "python"
            self.run("pip", "install", "--quiet", "--python", python, *self.common(), "--report", report, *names)
            files = [one["download_info"]["url"].split("#")[0] for one in json.loads(report.read_text())["install"]]
            return len(files), sum(not file.endswith(".whl") for file in files)
        finally:
            shutil.rmtree(environment, ignore_errors=True)

    def common(self):
        return ["--index-url", self.options.index, *(["--no-build"] if self.options.no_build else [])]


def failure_of(code, text):
    """The cause that a failed command reports: the innermost error's code, or that something was not found."""
    errors = []
    for line in text.splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if isinstance(one, dict) and one.get("level") == "error":
            errors.append(one)
    if not errors:
        return Failure(f"exit status {code}", text.strip()[-500:] or "no output")
    error = errors[0]
    notes = [error["message"], *error.get("notes", [])]
    while error.get("cause"):
        error = error["cause"]
        notes += [error["message"], *error.get("notes", [])]
    if missing := [found[1] for note in notes for found in MISSING.finditer(note)]:
        return Failure(f"not found: {normal(missing[0])}", notes[0])
    return Failure(error["code"], "; ".join(notes)[:500])


class Tally:
    """What became of the packages."""

    def __init__(self):
        self.found, self.missing, self.installed, self.packages, self.built = [], [], [], 0, 0
        self.failed, self.failed_chunks = {}, {}

    def fail(self, name, step, failure):
        if failure.kind == f"not found: {name}":
            self.missing.append(name)
            return
        # Which of the dependencies is missing is part of the message, not of the kind.
        kind = "missing dependency" if failure.kind.startswith("not found: ") else failure.kind
        self.failed[name] = {"step": step, "cause": kind, "message": str(failure)}

    def causes(self):
        return Counter((one["step"], one["cause"]) for one in self.failed.values())

    def print(self, seconds):
        print(
            f"{len(self.found)} found, {len(self.missing)} missing, {len(self.installed)} installed ({self.packages} with dependencies, "
            f"{self.built} built), {len(self.failed)} failed, in {seconds:.0f} s"
        )
        for (step, cause), count in self.causes().most_common():
            names = sorted(name for name, one in self.failed.items() if (one["step"], one["cause"]) == (step, cause))
            print(f"  {count:5} {step}: {cause} ({', '.join(names[:5])}{', …' if count > 5 else ''})")
        for number, failure in self.failed_chunks.items():
            print(f"  chunk {number} could not be installed together: {failure.kind}")
        if self.missing:
            print(f"  not on the index: {', '.join(self.missing[:10])}{', …' if len(self.missing) > 10 else ''}")

    def write(self, file):
        done = {"found": self.found, "missing": self.missing, "installed": self.installed, "packages": self.packages, "built": self.built}
        chunks = {str(number): {"cause": failure.kind, "message": str(failure)} for number, failure in self.failed_chunks.items()}
        Path(file).write_text(json.dumps(done | {"failed": self.failed, "failed_chunks": chunks}, indent=2) + "\n")


def outcomes(pool, work, items):
    """The result of each item, or the failure that stands in its place."""

    def one(item):
        try:
            return item, work(item), None
        except Failure as failure:
            return item, None, failure
        except Exception as failure:  # one package must not end the run
            return item, None, Failure(type(failure).__name__, str(failure))

    return pool.map(one, items)


def run_chunk(krait, pool, number, chunk, tally):
    folder = krait.folder / f"chunk-{number}"
    folder.mkdir()
    found = []
    for name, _, failure in outcomes(pool, lambda name: krait.resolve(name, folder / f"{name}.txt"), chunk):
        if failure is None:
            found.append(name)
        else:
            tally.fail(name, "resolve", failure)
    tally.found += found
    if found:
        _, counts, failure = next(outcomes(pool, lambda names: krait.install(names, folder / "together"), [found]))
        if failure is None:
            add(tally, found, counts)
        else:
            tally.failed_chunks[number] = failure
            for name, counts, failure in outcomes(pool, lambda name: krait.install([name], folder / f"env-{name}"), found):
                if failure is None:
                    add(tally, [name], counts)
                else:
                    tally.fail(name, "install", failure)
    shutil.rmtree(folder)


def add(tally, names, counts):
    tally.installed += names
    tally.packages += counts[0]
    tally.built += counts[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--cert")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--names", default=SHIPPED, help="the list: a file or a URL [default: the one that ships]")
    parser.add_argument("--chunk", type=int, default=100)
    parser.add_argument("--tasks", type=int, default=50, help="how many commands run at once")
    parser.add_argument("--limit", type=int, help="take only so many names")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one command")
    parser.add_argument("--no-build", action="store_true", help="take wheels only, and run no code of packages")
    parser.add_argument("--json", help="also write what became of each package to this file")
    options = parser.parse_args()
    options.krait = os.path.abspath(options.krait)
    if not os.access(options.krait, os.X_OK):
        stop(f"`{options.krait}` is not a program", "build it with eng/publish, and pass it with --krait")
    if options.chunk < 1 or options.tasks < 1:
        stop("--chunk and --tasks take numbers from 1", "leave them out for chunks of 100 and 50 tasks")
    names = read_names(options.names)[: options.limit]
    tally, began = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="krait-many-") as folder, concurrent.futures.ThreadPoolExecutor(options.tasks) as pool:
        krait = Krait(options, Path(folder))
        for number, start in enumerate(range(0, len(names), options.chunk), 1):
            chunk = names[start : start + options.chunk]
            run_chunk(krait, pool, number, chunk, tally)
            print(
                f"chunk {number}: {start + len(chunk)} of {len(names)} names, {len(tally.installed)} installed, {len(tally.missing)} missing, "
                f"{len(tally.failed)} failed",
                file=sys.stderr,
                flush=True,
            )
    tally.print(time.monotonic() - began)
    if options.json:
        tally.write(options.json)


if __name__ == "__main__":
    main()
