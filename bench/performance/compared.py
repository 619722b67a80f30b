"""What serves an index and compares krait with uv on it (pypi/serve.py and bench/compare.py of the shared folder), and rows of the figures."""

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


@contextlib.contextmanager
def served(options, folder, *more):
    """Serves an index below a folder, on the ports from options.port on, as long as it is needed."""
    command = [sys.executable, options.shared / "pypi/serve.py", "--dir", folder, "--port", options.port, *more]
    server = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if "ready" not in server.stdout.readline():
            sys.exit("the index is not being served")
        yield
    finally:
        server.terminate()
        server.wait()


def compare(options, index, workload, operations, certificate=None, more=()):
    """The samples of each operation, by side. `options` has krait, uv, shared, python, runs and no_image."""
    with tempfile.NamedTemporaryFile(suffix=".json") as figures:
        command = [sys.executable, options.shared / "bench/compare.py", "--krait", options.krait, "--peer", f"uv={options.uv}"]
        command += ["--index", index, "--workload", workload, "--python", options.python, "--ops", operations, "--runs", options.runs]
        command += ["--json", figures.name, *(["--cert", certificate] if certificate else []), *(["--no-image"] if options.no_image else []), *more]
        if subprocess.run(list(map(str, command)), stdout=sys.stderr).returncode != 0:
            sys.exit(f"the comparison of {workload} failed")
        return json.loads(Path(figures.name).read_text())


def rows(figures, spans=False):
    """Cells of each operation: its name, the median times in milliseconds, and the ratios of wall, processor and memory."""
    for operation, sides in figures.items():
        ours, theirs = sides["krait"], sides["uv"]
        ratios = [statistics.median(one[part] / max(other[part], 1e-6) for one, other in zip(ours, theirs)) for part in range(3)]
        times = []
        for side in (ours, theirs):
            walls = [one[0] * 1000 for one in side]
            span = f" ({min(walls):,.0f}…{max(walls):,.0f})" if spans else ""
            times.append(f"{statistics.median(walls):,.0f}{span}")
        yield [operation, *times, *(f"{ratio:.2f}" for ratio in ratios)]
