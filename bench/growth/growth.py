#!/usr/bin/env python3
"""How time grows with the graph: made graphs of some sizes, resolved and installed with krait and with uv in turn.

    growth.py --krait PATH --uv PATH --shared DIR [--sizes 7,37,100,300,1000] [--ops resolve-cold,...] [--runs 5]
              [--port 8690] [--python PATH] [--files 10]

A graph of N packages has 12 versions of each; each version requires up to four other packages. The newest wheel of a package has --files
modules, so that 1,000 packages are 10,000 files. They are served by nginx (pypi/serve.py of --shared), and measured by
bench/compare.py of --shared, which makes a fresh file system for each sample (as root; otherwise --no-image).

Prints a table; a ratio is krait by uv, the median of the pairs. Below 1 krait is faster or smaller.
"""

import argparse
import random
import signal
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "locks"), str(HERE.parent / "performance")]

from compared import compare, rows, served  # noqa: E402
from made_index import MadeIndex  # noqa: E402

VERSIONS = [f"{major}.{minor}" for major in (1, 2, 3) for minor in range(4)]


def make(index, size, files):
    """Packages of one graph; answers what has to be required for all of them to be needed."""
    chance = random.Random(size)
    names = [f"g{size}-package-{number}" for number in range(size)]
    for number, name in enumerate(names):
        # Chains of ten; beside that, each requires some packages near it, and a few that everything requires.
        near = [chance.randrange(number + 1, min(number + 60, size)) for _ in range(2)] if number + 1 < size else []
        near += [size - 1 - chance.randrange(min(size, 5))]
        chain = [number + 1] if number % 10 != 9 and number + 1 < size else []
        for version in VERSIONS:
            requires = [f"{names[one]}>={chance.choice(('1.0', '1.2', '2.1'))}" for one in dict.fromkeys(chain + near) if one > number]
            requires += [f"{names[0]}-windows; sys_platform == 'win32'"] if number % 7 == 0 else []
            index.add(name, version, requires, modules=files if version == VERSIONS[-1] else 1)
    return names[::10]


def snapshot_of(index, folder):
    """The made index as an archive that can be served."""
    snapshot = folder / "made.tar"
    index.write(folder / "tree")
    with tarfile.open(snapshot, "w") as tar:
        for part in ("simple", "files"):
            tar.add(folder / "tree" / part, part)
    return snapshot


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--krait", required=True)
    parser.add_argument("--uv", required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sizes", default="7,37,100,300,1000")
    parser.add_argument("--ops", default="resolve-cold,resolve-warm,install-cold,install-warm")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--port", type=int, default=8690)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--no-image", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="krait-growth-") as folder, MadeIndex() as index:
        folder = Path(folder)
        for size in sizes:
            (folder / f"graph-{size}.in").write_text("\n".join(make(index, size, options.files)) + "\n")
        with served(options, folder / "served", "--snapshot", snapshot_of(index, folder)):
            print("| packages | operation | krait, ms | uv, ms | wall | processor | memory |\n| --- | --- | --- | --- | --- | --- | --- |")
            for size in sizes:
                address = f"https://localhost:{options.port + 1}/simple"
                figures = compare(options, address, folder / f"graph-{size}.in", options.ops, folder / "served/ca.pem")
                for cells in rows(figures, spans=True):
                    print(f"| {size:,} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
