"""The comparison tool of the shared folder (bench/compare.py), and the rows that are made from its figures."""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


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
