#!/usr/bin/env python3
"""Locks each recorded workload as a project with krait and with uv, and compares what both locks select in each environment of a matrix.

    compare_uv.py --krait PATH --uv PATH [--index URL] [--workload NAME ...] [--set LINE ...] [--keep DIR]

A LINE goes into [tool.uv] of each project: --set 'fork-strategy = "fewest"'. Six platforms with Python 3.9 to 3.13. krait's answer is read from the standard keys of pylock.toml, and must be the one that `krait export` writes;
uv's is what `uv export` writes. A difference is an error unless differences.toml names it with a reason, and so is one that differences.toml names
and nobody sees any more; more than 3 % of all lines may not differ at all.

Needs the recorded index (../shared/pypi/serve.py), and Python 3.11 or later with packaging 25 or a pip that has it.
"""

import argparse
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from common import INDEX, WORKLOADS, environments, manifest, python_words, run, scratch, selected_of_pylock, selected_of_requirements, selections

REVIEWED = Path(__file__).with_name("differences.toml")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--index", default=INDEX)
    parser.add_argument("--workload", action="append", choices=WORKLOADS)
    parser.add_argument("--set", action="append", default=[], metavar="LINE")
    parser.add_argument("--keep", help="write both locks into this directory")
    options = parser.parse_args()
    reviewed = {(one["workload"], one["package"]) for one in tomllib.loads(REVIEWED.read_text()).get("difference", [])}
    seen, failures, lines, differing = set(), 0, 0, 0
    for workload in options.workload or WORKLOADS:
        ours, theirs, exported = lock_both(workload, options)
        names, total = defaultdict(lambda: defaultdict(list)), set()
        for selection, (extras, groups) in selections(workload).items():
            for name, environment in environments(WORKLOADS[workload]):
                one, other = selected_of_pylock(ours, environment, extras, ["project", *groups]), selected_of_requirements(theirs[selection], environment)
                if one != selected_of_requirements(exported[selection], environment):
                    failures += 1
                    print(f"{workload}, {selection}, {name}: lock and export differ: {sorted(one ^ selected_of_requirements(exported[selection], environment))}")
                total |= one | other
                for pin in one ^ other:
                    names[pin.partition("==")[0]][("krait" if pin in one else "uv", pin)].append(f"{selection}-{name}")
        lines += len(total)
        count = sum(len(sides) for sides in names.values())
        differing += count
        print(f"{workload}: {len(total)} lines, {count} differ")
        for package, sides in sorted(names.items()):
            known = (workload, package) in reviewed
            seen.add((workload, package))
            failures += not known
            for (side, pin), where in sorted(sides.items()):
                print(f"  {'reviewed' if known else 'NEW'}: only {side} selects {pin} in {len(where)} environments: {', '.join(where[:4])}")
    for workload, package in sorted(reviewed - seen):
        if workload in (options.workload or WORKLOADS):
            failures += 1
            print(f"{workload}, {package}: reviewed, but not seen")
    share = differing / max(lines, 1)
    print(f"{lines} lines, {differing} differ ({share:.1%}); {failures} failures")
    sys.exit(failures > 0 or share > 0.03)


def lock_both(workload, options):
    """The text of krait's lock, of uv's export, and of krait's export."""
    with scratch() as folder:
        folder = Path(folder)
        (folder / "krait").mkdir()
        (folder / "uv").mkdir()
        for tool in ("krait", "uv"):
            (folder / tool / "pyproject.toml").write_text(manifest(workload, "".join(f"{line}\n" for line in options.set)))
        run([options.krait, "lock", "--quiet", *python_words()], folder / "krait", KRAIT_DEFAULT_INDEX=options.index)
        run([options.uv, "lock", "--quiet", *python_words()], folder / "uv", UV_DEFAULT_INDEX=options.index)
        ours = (folder / "krait" / "pylock.toml").read_text()
        theirs, exported = {}, {}
        for selection, (extras, groups) in selections(workload).items():
            words = ["export", "--quiet", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header", "--frozen", "--no-default-groups"]
            words += [f"--extra={extra}" for extra in extras] + [f"--group={group}" for group in groups]
            theirs[selection] = run([options.uv, *words, *python_words()], folder / "uv", UV_DEFAULT_INDEX=options.index)
            exported[selection] = run([options.krait, *words], folder / "krait", KRAIT_DEFAULT_INDEX=options.index)
        if options.keep:
            kept = Path(options.keep)
            kept.mkdir(parents=True, exist_ok=True)
            (kept / f"{workload}.pylock.toml").write_text(ours)
            (kept / f"{workload}.uv.txt").write_text(theirs["all"])
            (kept / f"{workload}.krait.txt").write_text(exported["all"])
    return ours, theirs, exported


if __name__ == "__main__":
    main()
