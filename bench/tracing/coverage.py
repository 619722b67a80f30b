#!/usr/bin/env python3
"""How much of an installation into an empty cache the spans of `--trace` cover.

    coverage.py --krait PATH --index URL [--cert FILE] [--python PATH] [--runs 7] REQUIREMENTS

Installs the requirements into new environments with and without `--trace`, in turn. Prints what the spans cover of the time that the
process took, start and end of the process included; the longest gaps; spans that did not end or are not inside the command's; the time
under each name; and what tracing costs. The span of the command itself counts for nothing. Exit status 1 below 95 %.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ENOUGH = 0.95


def install(options, folder, traced):
    """Milliseconds of one installation."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("KRAIT_", "UV_", "PIP_")) and key != "VIRTUAL_ENV"}
    environment |= {"KRAIT_CACHE_DIR": f"{folder}/cache", "HOME": str(folder)}
    if options.cert:
        environment["SSL_CERT_FILE"] = os.path.abspath(options.cert)
    run(options.krait, ["venv", "--quiet", "--python", options.python, "env"], folder, environment | {"KRAIT_CACHE_DIR": f"{folder}/other"})
    words = ["pip", "install", "--quiet", "--python", "env/bin/python", "--index-url", options.index, "-r", os.path.abspath(options.requirements)]
    began = time.perf_counter()
    run(options.krait, words + (["--trace", "trace.json"] if traced else []), folder, environment)
    return (time.perf_counter() - began) * 1000


def run(program, words, folder, environment):
    done = subprocess.run([program, *words], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{program} {' '.join(words)} failed:\n{done.stderr}{done.stdout}")


def gaps(spans, end):
    until, after = 0.0, "the start"
    for begin, finish, name in sorted(spans):
        if begin > until:
            yield begin - until, until, after
        if finish > until:
            until, after = finish, name
    if end > until:
        yield end - until, until, after


def read(folder, wall):
    events = json.loads((folder / "trace.json").read_text())["traceEvents"]
    spans = [(one["ts"] / 1000, (one["ts"] + one["dur"]) / 1000, one["name"]) for one in events]
    whole = next(one for one in spans if one[2] == "run command")
    parts = [one for one in spans if one is not whole]
    missing = sorted(gaps(parts, whole[1]), reverse=True)
    # What happens before the first line of the program and after the last is part of the time, but of no span.
    covered = whole[1] - sum(length for length, _, _ in missing)
    wrong = [one["name"] for one in events if one.get("args", {}).get("unfinished")]
    wrong += [name for begin, end, name in parts if begin < 0 or end > whole[1] + 1]
    times = defaultdict(float)
    for begin, end, name in parts:
        times[name] += end - begin
    return covered / whole[1], covered / wall, missing, wrong, times, len(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--cert")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("requirements")
    options = parser.parse_args()
    options.krait = os.path.abspath(options.krait)
    with_trace, without, shares = [], [], []
    for number in range(options.runs + 1):
        for traced in (True, False) if number % 2 else (False, True):
            with tempfile.TemporaryDirectory(prefix="krait-coverage-") as folder:
                folder = Path(folder)
                wall = install(options, folder, traced)
                if number == 0:
                    continue
                (with_trace if traced else without).append(wall)
                if traced:
                    last = read(folder, wall)
                    shares.append(last[:2])
    of_command, of_process = (statistics.median(share) for share in zip(*shares))
    print(f"covered: {of_command:.1%} of the command, {of_process:.1%} of the process's {statistics.median(with_trace):.0f} ms ({last[5]} spans)")
    for length, begin, after in last[2][:5]:
        print(f"  gap of {length:.1f} ms at {begin:.1f} ms, after `{after}`")
    print(f"unfinished or outside: {', '.join(last[3]) or 'none'}")
    for name, total in sorted(last[4].items(), key=lambda one: -one[1]):
        print(f"  {total:9.1f} ms in all  {name}")
    cost = statistics.median(one / other for one, other in zip(with_trace, without))
    print(f"time with --trace by time without: {cost:.3f} (median of {options.runs} pairs)")
    sys.exit(min(of_command, of_process) < ENOUGH or bool(last[3]))


if __name__ == "__main__":
    main()
