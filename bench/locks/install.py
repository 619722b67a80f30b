#!/usr/bin/env python3
"""Locks recorded workloads as projects, installs each lock with krait, uv and pip into environments of their own, and compares what is there.

    install.py --krait PATH --uv PATH --pip PATH [--index URL] [--workload NAME ...]

The project `parts` has extras and groups, and is installed once for each selection. pip takes an index's files from the addresses in the lock.
Python is the one that runs the script; the recorded files are for 3.12.
"""

import argparse
import re
import sys
from pathlib import Path

from common import INDEX, INSTALLABLE, manifest, python_words, run, scratch, selections

TOOLS = ("krait", "uv", "pip")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for tool in TOOLS:
        parser.add_argument(f"--{tool}", required=True)
    parser.add_argument("--index", default=INDEX)
    parser.add_argument("--workload", action="append", choices=INSTALLABLE)
    options = parser.parse_args()
    failures = 0
    for workload in options.workload or INSTALLABLE:
        with scratch() as folder:
            folder = Path(folder)
            (folder / "pyproject.toml").write_text(manifest(workload, python="3.12"))
            run([options.krait, "lock", "--quiet", *python_words()], folder, KRAIT_DEFAULT_INDEX=options.index)
            for selection, (extras, groups) in selections(workload).items():
                sets = {tool: install(tool, folder, extras, groups, options) for tool in TOOLS}
                same = sets["krait"] == sets["uv"] == sets["pip"]
                failures += not same
                print(f"{workload}, {selection}: {len(sets['krait'])} packages, {'the same by all three' if same else 'DIFFERENT'}", flush=True)
                for tool in TOOLS[1:]:
                    if sets[tool] != sets["krait"]:
                        print(f"  only krait: {sorted(sets['krait'] - sets[tool])}; only {tool}: {sorted(sets[tool] - sets['krait'])}")
    sys.exit(failures > 0)


def install(tool, folder, extras, groups, options):
    """What one tool installs of the lock, as `name==version`."""
    place = folder / f"venv-{tool}"
    run([options.uv, "venv", "--quiet", "--clear", *python_words(), place], folder)
    chosen = [f"--extra={extra}" for extra in extras] + [f"--group={group}" for group in groups]
    if tool == "krait":
        # Groups that are named come in place of the default ones, as with the others.
        chosen += ["--no-default-groups"] if groups else []
        run([options.krait, "sync", "--quiet", "--frozen", "--active", *chosen], folder, VIRTUAL_ENV=str(place), KRAIT_DEFAULT_INDEX=options.index)
    elif tool == "uv":
        chosen += ["--group=project"] if groups else []
        run([options.uv, "pip", "sync", "--quiet", "--python", place, "pylock.toml", *chosen], folder, UV_DEFAULT_INDEX=options.index)
    else:
        file = "pylock.toml" + (f"[{','.join(extras)}]" if extras else "")
        named = [f"--group=pylock.toml:{group}" for group in ("project", *groups)] if groups else []
        # With the file itself, pip takes the default groups, too: of the selections, none has extras and groups but without those.
        named += ["-r", file] if extras or not groups else []
        run([options.pip, "--python", place, "install", "--quiet", *named], folder, PIP_INDEX_URL=options.index)
    found = set()
    for path in place.glob("lib/python*/site-packages/*.dist-info"):
        name, version = path.name.removesuffix(".dist-info").rsplit("-", 1)
        found.add(re.sub(r"[-_.]+", "-", name).lower() + "==" + version)
    return found


if __name__ == "__main__":
    main()
