#!/usr/bin/env python3
"""Measures everything that docs/performance.md shows in tables, and writes the tables and charts into it.

    report.py --krait PATH --uv PATH [--shared ../shared] [--python PATH] [--runs 5] [--parts comparison,links,ablation,growth]
              [--docs docs] [--port 8720] [--no-image]

A part of the document that stands between `<!-- NAME -->` and `<!-- end of NAME -->` is replaced; the text around it is not. The machine
should be quiet: all of it takes about an hour and a half. Needs nginx, gcc, the .NET SDK and, for new file systems, root.
"""

import argparse
import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path

from compared import compare, rows, served

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "resolve-cold": "resolve, empty cache",
    "resolve-warm": "resolve, filled cache",
    "install-cold": "install, empty cache",
    "install-warm": "install, filled cache",
    "noop": "nothing to do",
}
HEAD = "| workload, round trip | operation | krait, ms | uv, ms | wall | processor | memory |\n| --- | --- | --- | --- | --- | --- | --- |"


@contextlib.contextmanager
def recorded(options, round_trip=0):
    """Serves the recorded index; answers the address, and the certificate that is trusted (None where the address is plain)."""
    folder = Path.home() / f".cache/krait-pypi{f'-{round_trip}' if round_trip else ''}"
    with served(options, folder, *(["--rtt", round_trip] if round_trip else [])):
        yield (f"https://localhost:{options.port + 2}/simple", folder / "ca.pem") if round_trip else (f"http://127.0.0.1:{options.port}/simple", None)


def workload(options, name):
    return options.shared / f"pypi/workloads/{name}.in"


def table(options, round_trip, wanted):
    """Rows of some workloads and their operations."""
    lines = []
    with recorded(options, round_trip) as (index, certificate):
        for name, operations in wanted:
            for operation, *cells in rows(compare(options, index, workload(options, name), operations, certificate)):
                lines.append(f"| {name}, {round_trip} ms | {NAMES[operation]} | {' | '.join(cells)} |")
    return lines


def comparison(options):
    installed = "resolve-cold,resolve-warm,install-cold,install-warm,noop"
    near = table(options, 0, [("jupyter", installed), ("trio-docs", installed), ("airflow", "resolve-cold,resolve-warm")])
    far = []
    for round_trip in (20, 80):
        far += table(options, round_trip, [("jupyter", "resolve-cold,install-cold"), ("trio-docs", "resolve-cold,install-cold"), ("airflow", "resolve-cold")])
    far += table(options, 80, [("boto3-old-urllib3", "resolve-cold")])
    yield "comparison", "\n".join([HEAD, *near])
    yield "round trips", "\n".join([HEAD, *far])


def links(options):
    parts = []
    with recorded(options) as (index, _):
        for name in ("jupyter", "trio-docs"):
            command = [sys.executable, ROOT / "bench/links/compare.py", "--krait", options.krait, "--index", index, "--workload", workload(options, name)]
            parts.append(output([*command, "--python", options.python, "--runs", options.runs]).replace("\n|", "\n\n|", 1))
    yield "links", "\n\n".join(parts)


def ablation(options):
    measured = []
    for round_trip, chosen, chart in ((80, ("cold", "warm", "repeat", "download-heavy", "index-heavy"), "ablation"), (10, ("backtracking",), "ablation-backtracking")):
        with recorded(options, round_trip) as (index, certificate):
            command = ["dotnet", "run", "-c", "Release", "--project", ROOT / "bench/Krait.Ablation", "--", "--krait", options.krait, "--index", index]
            command += ["--cert", certificate, "--workloads", options.shared / "pypi/workloads", "--python", options.python, "--runs", min(options.runs, 3)]
            command += ["--chart", options.docs / f"{chart}.svg"]
            for name in chosen:
                command += ["--workload", name]
            first = output(command).split("\n\n")[0]
            measured.append([[cell.strip() for cell in line.strip("|").split("|")] for line in first.splitlines()])
    lines = [f"| {' | '.join([*one, other[-1]])} |" for one, other in zip(*measured)]
    yield "ablation", "\n".join(lines)


def growth(options):
    command = [sys.executable, ROOT / "bench/growth/growth.py", "--krait", options.krait, "--uv", options.uv, "--shared", options.shared]
    command += ["--python", options.python, "--runs", options.runs, *(["--no-image"] if options.no_image else [])]
    yield "growth", output(command)


def output(command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}")
    return done.stdout.strip()


def replace(document, name, content):
    text, count = re.subn(f"<!-- {name} -->\n.*?<!-- end of {name} -->", lambda _: f"<!-- {name} -->\n{content}\n<!-- end of {name} -->", document.read_text(), flags=re.DOTALL)
    if count != 1:
        sys.exit(f"{document} has no place for {name}")
    document.write_text(text)


def main():
    parts = {"comparison": comparison, "links": links, "ablation": ablation, "growth": growth}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", type=Path, required=True)
    parser.add_argument("--uv", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--parts", default=",".join(parts))
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--port", type=int, default=8720)
    parser.add_argument("--no-image", action="store_true")
    options = parser.parse_args()
    for name in ("krait", "uv", "shared", "docs"):
        setattr(options, name, getattr(options, name).resolve())
    chosen = options.parts.split(",")
    if unknown := [name for name in chosen if name not in parts]:
        parser.error(f"no part is called {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for name in chosen:
        for place, content in parts[name](options):
            replace(options.docs / "performance.md", place, content)


if __name__ == "__main__":
    main()
