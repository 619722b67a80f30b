#!/usr/bin/env python3
"""Locks projects that bring resolvers to their knees, with krait and with uv in turn, and shows time, size of the lock, and time to sync one selection.

    heavy.py --krait PATH [--uv PATH] [--case NAME ...] [--limit SECONDS]

conflicts: extras that are all in conflict with each other, 15, 30 and 60 of them: time and size have to grow with the packages, not with combinations.
members:   a workspace of 200 members whose root has 30 groups. groups: the same with 30 groups in each member.
packages:  a lock of 1,000 packages, some of them for one platform or Python only.

Every package is made, and served by the script. A tool that is not done after the limit is killed.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from common import python_words, scratch
from made_index import MadeIndex


def conflicts(count):
    """`count` extras, each with a version of `engine` of its own, which brings versions of ten other packages along; and twenty common packages."""

    def make(index, folder):
        extras = [f"cu{number:03}" for number in range(count)]
        for number in range(count):
            index.add("engine", f"1.{number}", [f"part-{one}=={number}" if one % 2 else f"part-{one}>={number // 4}" for one in range(10)])
            for one in range(10):
                index.add(f"part-{one}", str(number), [f"tool-{one}; sys_platform == 'linux'"])
        for number in range(20):
            index.add(f"tool-{number}", "1.0", [f"tool-{number + 1}"] if number < 19 else [])
        items = ",\n".join(f'    {{ extra = "{extra}" }}' for extra in extras)
        text = 'dependencies = ["tool-0"]\n\n[project.optional-dependencies]\n'
        text += "".join(f'{extra} = ["engine==1.{number}", "tool-{number % 20}"]\n' for number, extra in enumerate(extras))
        write(folder, "app", text + f"\n[tool.uv]\nconflicts = [[\n{items},\n]]\n")
        return ["--extra", extras[-1]]

    return make


def members(index, folder, groups_of_members=0):
    """200 members in layers, each requires some of the one below, and packages."""
    for number in range(120):
        index.add(f"pkg-{number}", "1.0", [f"pkg-{number + 7}"] if number + 7 < 120 else [])
        index.add(f"pkg-{number}", "2.0", [f"pkg-{number + 5}>=1"] if number + 5 < 120 else [])
    groups = "".join(f'group-{number} = ["pkg-{number}", "pkg-{(number * 3) % 120}"]\n' for number in range(30))
    write(folder, "root", f'dependencies = ["pkg-0"]\n\n[dependency-groups]\n{groups}\n[tool.uv.workspace]\nmembers = ["members/*"]\n')
    for number in range(200):
        near = [f"member-{other}" for other in (number + 20, number + 33) if other < 200]
        own = "".join(f'group-{one} = ["pkg-{(number + one) % 120}"]\n' for one in range(groups_of_members))
        text = f"dependencies = {near + [f'pkg-{number % 120}', f'pkg-{number * 7 % 120}']}\n"
        text += f"\n[dependency-groups]\n{own}" if own else ""
        text += "\n[tool.uv.sources]\n" + "".join(f"{name} = {{ workspace = true }}\n" for name in near)
        place = folder / "members" / f"member-{number}"
        place.mkdir(parents=True)
        write(place, f"member-{number}", text)
    return ["--package", "member-150", "--no-install-workspace"]


def packages(index, folder):
    """1,000 packages with three versions each; every package requires up to four later ones."""
    chance = random.Random(1)
    markers = ["", "", "", "; sys_platform == 'win32'", "; sys_platform == 'darwin'", "; python_version < '3.12'", "; platform_machine == 'arm64'"]
    for number in range(1000):
        for version in ("1.0", "1.1", "2.0"):
            needed = [number + 1] if number % 10 and number < 999 else []
            needed += [chance.randint(number + 1, min(number + 60, 999)) for _ in range(3)] if number < 999 else []
            requires = [f"lib-{needed[0]}"] + [f"lib-{one}>=1{chance.choice(markers)}" for one in needed[1:]] if needed else []
            index.add(f"lib-{number}", version, requires)
    write(folder, "app", f"dependencies = {[f'lib-{number}' for number in range(0, 1000, 10)]}\n")
    return []


CASES = {
    "conflicts-15": conflicts(15),
    "conflicts-30": conflicts(30),
    "conflicts-60": conflicts(60),
    "members": members,
    "groups": lambda index, folder: members(index, folder, 30),
    "packages": packages,
}


def write(folder, name, text):
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.9"\n{text}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--uv")
    parser.add_argument("--case", action="append", choices=CASES)
    parser.add_argument("--limit", type=float, default=300)
    options = parser.parse_args()
    print(f"{'case':14} {'tool':6} {'lock':>8} {'again':>8} {'sync':>8} {'bytes':>10} {'packages':>8}")
    failed = False
    for case in options.case or CASES:
        for tool in ("krait", "uv") if options.uv else ("krait",):
            with scratch() as folder, MadeIndex() as index:
                failed |= not measure(case, tool, Path(folder), index, options)
    sys.exit(failed)


def measure(case, tool, folder, index, options):
    project = folder / "project"
    project.mkdir()
    selection = CASES[case](index, project)
    program, prefix = getattr(options, tool), tool.upper()
    variables = {f"{prefix}_CACHE_DIR": str(folder / "cache"), f"{prefix}_DEFAULT_INDEX": index.url}
    times = []
    for words in (["lock"], ["lock"], ["sync", *selection]):
        start = time.monotonic()
        try:
            done = subprocess.run(
                [program, *words, "--quiet", *python_words()],
                cwd=project,
                env={**os.environ, **variables},
                capture_output=True,
                text=True,
                timeout=options.limit,
            )
        except subprocess.TimeoutExpired:
            print(f"{case:14} {tool:6} `{' '.join(words)}` was not done after {options.limit:g} s", flush=True)
            return tool != "krait"
        if done.returncode != 0:
            print(f"{case:14} {tool:6} `{' '.join(words)}` failed: {done.stderr[-2000:]}", flush=True)
            return tool != "krait"
        times.append(time.monotonic() - start)
    text = (project / ("pylock.toml" if tool == "krait" else "uv.lock")).read_text()
    count = text.count("[[packages]]" if tool == "krait" else "[[package]]")
    print(f"{case:14} {tool:6} " + " ".join(f"{one:7.2f}s" for one in times) + f" {len(text):10} {count:8}", flush=True)
    return True


if __name__ == "__main__":
    main()
