#!/usr/bin/env python3
"""How much longer krait takes to install from a filled cache than the kernel needs to link the same files.

    compare.py --krait PATH --index URL --workload FILE.in [--python PATH] [--runs 5] [--cert FILE]

Each sample has a file system of its own, freshly made (needs root). In it an environment is filled, and with it the cache; then a second
environment is filled by krait, and links.c links the files of the first one into an empty directory, with one thread and with two, in turn.
Prints medians and the median of the ratios.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


@contextlib.contextmanager
def file_system():
    """A new ext4 file system."""
    with tempfile.TemporaryDirectory(prefix="links-") as folder:
        image, place = Path(folder, "image"), Path(folder, "place")
        place.mkdir()
        with open(image, "wb") as file:
            file.truncate(3 << 30)
        subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, place], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", place], check=True)


def sample(options, links, pins, turn):
    """The milliseconds of krait, of one thread and of two, and the number of files."""
    with file_system() as place:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("KRAIT_", "PIP_", "UV_"))}
        environment.update(KRAIT_CACHE_DIR=f"{place}/cache", HOME=str(place))
        if options.cert:
            environment["SSL_CERT_FILE"] = options.cert

        def krait(*words):
            subprocess.run([options.krait, *words], env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def sync(name):
            krait("pip", "sync", "--quiet", "--index-url", options.index, "--python", f"{place}/{name}", pins)

        for name in ("first", "second"):
            krait("venv", "--quiet", "--python", options.python, f"{place}/{name}")
        sync("first")
        os.sync()
        site = next(place.glob("first/lib/python*/site-packages"))

        def timed_sync():
            began = time.perf_counter()
            sync("second")
            return (time.perf_counter() - began) * 1000

        def linked(threads):
            out = subprocess.run([links, site, f"{place}/linked{threads}", str(threads)], check=True, capture_output=True, text=True)
            words = out.stdout.split()
            return int(words[0]), float(words[5])

        if turn:
            one, two, own = linked(1), linked(2), timed_sync()
        else:
            own, one, two = timed_sync(), linked(1), linked(2)
        return own, one[1], two[1], one[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--krait", "--index", "--workload"):
        parser.add_argument(name, required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cert")
    options = parser.parse_args()
    options.krait = os.path.abspath(options.krait)
    with tempfile.TemporaryDirectory() as folder:
        links, pins = Path(folder, "links"), Path(folder, "pins.txt")
        subprocess.run(["gcc", "-O2", "-pthread", "-o", links, HERE / "links.c"], check=True)
        compile_command = [options.krait, "pip", "compile", "--quiet", "--index-url", options.index, "--python", options.python]
        environment = dict(os.environ, KRAIT_CACHE_DIR=f"{folder}/cache", **({"SSL_CERT_FILE": options.cert} if options.cert else {}))
        subprocess.run([*compile_command, "-o", pins, options.workload], env=environment, check=True, stdout=subprocess.DEVNULL)
        samples = [sample(options, links, str(pins), run % 2) for run in range(options.runs)]
    print(f"{Path(options.workload).stem}, {samples[0][3]:,} files, {options.runs} samples")
    print("| who | ms (least…most) | krait by it |\n| --- | --- | --- |")
    for place, who in enumerate(("krait, the whole process", "links.c, one thread", "links.c, two threads")):
        times = [one[place] for one in samples]
        ratio = statistics.median(one[0] / one[place] for one in samples)
        print(f"| {who} | {statistics.median(times):.0f} ({min(times):.0f}…{max(times):.0f}) | {ratio:.2f} |")


if __name__ == "__main__":
    main()
