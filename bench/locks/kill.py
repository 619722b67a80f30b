#!/usr/bin/env python3
"""Kills `krait add` and `krait sync` at many moments, runs each once more, and checks that all is as if nothing had happened.

    kill.py --krait PATH [--index URL] [--moments 60] [--workload NAME]

Half of the moments are tried with an empty cache, half with one that knows everything. After a kill, manifest and lock are each what they were or what
they will be, and fit each other; after one more run, both are what an undisturbed run leaves, the environment is in sync, and every file of it is what
its RECORD says. Moments lie evenly between the start and the end of an undisturbed run.
"""

import argparse
import base64
import csv
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from common import INDEX, manifest, python_words, run, scratch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--index", default=INDEX)
    parser.add_argument("--moments", type=int, default=60)
    parser.add_argument("--workload", default="flask")
    options = parser.parse_args()
    failures = 0
    for command, words in {"add": ["add", "idna", "six"], "sync": ["sync"]}.items():
        right = killed = 0
        for cold in (True, False):
            with scratch() as folder:
                one = Case(Path(folder), words, cold, options)
                moments = options.moments // 2
                for number in range(moments):
                    was_killed, problems = one.kill_at((number + 0.5) / moments)
                    killed += was_killed
                    right += not problems
                    for problem in problems:
                        print(f"{command}, {'cold' if cold else 'warm'}, moment {number}: {problem}", flush=True)
        print(f"{command}: {right} of {moments * 2} right after one more run ({killed} were killed before their end)", flush=True)
        failures += moments * 2 - right
    sys.exit(failures > 0)


class Case:
    """One command on one project."""

    def __init__(self, folder, words, cold, options):
        self.folder, self.words, self.cold, self.options = folder, words, cold, options
        self.project, self.cache = folder / "project", folder / "cache"
        self.begin()
        self.before = self.state()
        start = time.monotonic()
        self.krait(*words)
        self.duration = time.monotonic() - start
        self.after = self.state()

    def begin(self):
        """The project before the command: locked and without an environment, or nothing but a manifest for `sync`."""
        shutil.rmtree(self.project, ignore_errors=True)
        self.project.mkdir()
        (self.project / "pyproject.toml").write_text(manifest(self.options.workload, python="3.12"))
        if self.words[0] == "add":
            self.krait("lock")
        if self.cold:
            shutil.rmtree(self.cache, ignore_errors=True)

    def state(self):
        lock = self.project / "pylock.toml"
        return (self.project / "pyproject.toml").read_text(), lock.read_text() if lock.exists() else None

    def variables(self):
        return {"KRAIT_CACHE_DIR": str(self.cache), "KRAIT_DEFAULT_INDEX": self.options.index, "KRAIT_PYTHON": sys.executable}

    def krait(self, *words):
        run([self.options.krait, *words, "--quiet"], self.project, **self.variables())

    def try_krait(self, *words):
        """What went wrong with a command that has to succeed; nothing where it did."""
        done = subprocess.run(
            [self.options.krait, *words, "--quiet"], cwd=self.project, env={**os.environ, **self.variables()}, capture_output=True, text=True
        )
        return [] if done.returncode == 0 else [f"{' '.join(words)}: exit code {done.returncode}: {done.stdout}{done.stderr}"]

    def kill_at(self, share):
        self.begin()
        process = subprocess.Popen(
            [self.options.krait, *self.words, "--quiet"],
            cwd=self.project,
            env={**os.environ, **self.variables()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(self.duration * share)
        except subprocess.TimeoutExpired:
            process.kill()
        was_killed = process.wait() < 0
        problems = []
        manifest_now, lock_now = self.state()
        if self.words[0] == "add":
            if not ((self.project / ".krait-undo").exists() or (manifest_now, lock_now) in (self.before, self.after)):
                problems.append("manifest and lock do not fit each other, and nothing undoes it")
            problems += self.try_krait("lock", "--check")
        problems += self.try_krait(*self.words)
        if self.state() != self.after:
            problems.append("manifest or lock differ from those of an undisturbed run")
        problems += self.try_krait("lock", "--check") + self.try_krait("sync", "--check") + self.try_krait("pip", "check")
        problems += damage(self.project / ".venv")
        problems += [f"{path.name} is left" for path in self.project.iterdir() if path.name not in ("pyproject.toml", "pylock.toml", ".venv")]
        return was_killed, problems


def damage(environment):
    """Files of an environment that are not what their RECORD says."""
    found = []
    for record in environment.glob("lib/python*/site-packages/*.dist-info/RECORD"):
        for name, digest, _ in csv.reader(record.read_text().splitlines()):
            path = record.parents[1] / name
            if not path.exists():
                found.append(f"{name} is missing")
            elif digest:
                algorithm, _, value = digest.partition("=")
                actual = base64.urlsafe_b64encode(hashlib.new(algorithm, path.read_bytes()).digest()).rstrip(b"=").decode()
                if actual != value:
                    found.append(f"{name} is not what RECORD says")
    return found


if __name__ == "__main__":
    main()
