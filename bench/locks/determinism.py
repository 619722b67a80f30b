#!/usr/bin/env python3
"""Locks recorded workloads again and again under other circumstances, and fails where one byte of pylock.toml differs.

    determinism.py --krait PATH [--index URL] [--mirror URL] [--workload NAME ...] [--python PATH ...]

Tried are: again, without the lock, with an empty cache, from another directory and in it, with shuffled requirements, with another mirror (a second
server of the same files: serve.py --port), and with each Python given. `--mirror` is used twice: on the lock that is there, and for a first lock, where
the settings of the user say that it is a mirror of the index.
"""

import argparse
import os
import random
import re
import sys
from pathlib import Path

from common import INDEX, WORKLOADS, manifest, run, scratch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--index", default=INDEX)
    parser.add_argument("--mirror")
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    parser.add_argument("--python", action="append", default=[])
    options = parser.parse_args()
    failures = 0
    for workload in options.workload or WORKLOADS:
        differing = compare(workload, options)
        failures += len(differing)
        print(f"{workload}: {'no byte differs' if not differing else 'DIFFERENT: ' + ', '.join(differing)}", flush=True)
    sys.exit(failures > 0)


def compare(workload, options):
    """The circumstances under which the lock is another."""
    differing = []
    with scratch() as folder:
        folder = Path(folder)
        project, cache = folder / "project", folder / "cache"
        lock = project / "pylock.toml"
        project.mkdir()
        (project / "pyproject.toml").write_text(manifest(workload))
        first = None

        def check(what, *words, place=project, fresh=True, index=options.index, **variables):
            nonlocal first
            if fresh:
                (place / "pylock.toml").unlink(missing_ok=True)
            where = variables.pop("cwd", place)
            run(
                [options.krait, "lock", "--quiet", *words],
                where,
                **{"KRAIT_CACHE_DIR": str(cache), "XDG_CONFIG_HOME": str(folder / "config"), "KRAIT_DEFAULT_INDEX": index} | variables,
            )
            made = (place / "pylock.toml").read_bytes()
            first = first or made
            if made != first:
                differing.append(what)

        check("first")
        check("again", fresh=False)
        check("upgraded", "--upgrade", fresh=False)
        check("without the lock")
        check("with an empty cache", KRAIT_CACHE_DIR=str(folder / "cache-2"))
        check("from another directory", "--project", project, cwd=folder)
        (folder / "elsewhere" / "deeper").mkdir(parents=True)
        (folder / "elsewhere" / "deeper" / "pyproject.toml").write_text(manifest(workload))
        check("in another directory", place=folder / "elsewhere" / "deeper")
        for seed in range(3):
            (project / "pyproject.toml").write_text(shuffled(manifest(workload), seed))
            check(f"shuffled {seed}")
        (project / "pyproject.toml").write_text(manifest(workload))
        for python in options.python:
            if works_for(python, workload):
                check(f"with {python}", "--python", python)
        if options.mirror:
            check("again with another mirror", "--upgrade", fresh=False, index=options.mirror, KRAIT_CACHE_DIR=str(folder / "cache-3"))
            (folder / "config" / "krait").mkdir(parents=True)
            (folder / "config" / "krait" / "krait.toml").write_text(f'[[index]]\nurl = "{options.mirror}"\nmirror-of = "{options.index}"\n')
            check("first with another mirror", KRAIT_CACHE_DIR=str(folder / "cache-4"))
        assert lock.exists()
    return differing


def shuffled(text, seed):
    """The manifest with the lines of each array in another order."""

    def shuffle(match):
        lines = match.group(1).splitlines(keepends=True)
        random.Random(seed).shuffle(lines)
        return "[\n" + "".join(lines) + "]\n"

    return re.sub(r"\[\n((?:    '.*',\n)*)\]\n", shuffle, text)


def works_for(python, workload):
    """Whether an interpreter fits the workload's lower bound; one in a directory of its version says so itself."""
    version = run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], os.getcwd()).strip()
    return tuple(map(int, version.split("."))) >= tuple(map(int, WORKLOADS[workload].split(".")))


if __name__ == "__main__":
    main()
