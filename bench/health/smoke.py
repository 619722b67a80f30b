"""Compare `krait smoke` with importing the same packages one after another in Python.

    python3 bench/health/smoke.py --krait artifacts/krait --index URL --requirements FILE [--rounds 5]

Makes an environment of FILE from the index, then runs each way in turn, so that a busy machine is equally unfair to
all of them. Two more packages are added in the end, one that crashes and one that hangs: both have to be reported,
and nothing else may fail.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

ONE_AFTER_ANOTHER = """
import importlib, importlib.metadata as metadata, json, os, sys, warnings
warnings.simplefilter("ignore")
def modules(distribution):
    found = set()
    for file in distribution.files or []:
        parts = file.parts
        if parts[0] == ".." or parts[0].endswith(".dist-info"):
            continue
        if len(parts) == 1 and file.suffix in (".py", ".so"):
            found.add(parts[0].split(".")[0])
        elif len(parts) > 1 and parts[1] == "__init__.py":
            found.add(parts[0])
    return sorted(name for name in found if name.isidentifier())
wanted = json.loads(sys.argv[1]) if len(sys.argv) > 1 else None
for distribution in metadata.distributions():
    if wanted and distribution.metadata["Name"] not in wanted:
        continue
    for name in modules(distribution):
        try:
            importlib.import_module(name)
        except BaseException:
            pass
    for point in distribution.entry_points:
        try:
            point.load()
        except BaseException:
            pass
os._exit(0)
"""

NAMES = "import importlib.metadata as m, json; print(json.dumps([d.metadata['Name'] for d in m.distributions()]))"


def run(command, **options):
    started = time.perf_counter()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    return time.perf_counter() - started, done


def wheel(folder, name, code):
    """A wheel with one module."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            record += f"{file},sha256={digest},{len(text)}\n"
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--krait", type=pathlib.Path, required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--requirements", type=pathlib.Path, required=True)
    parser.add_argument("--python", default="3.12")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-each", action="store_true", help="leave out the slow way, an interpreter each")
    arguments = parser.parse_args()
    krait = arguments.krait.resolve()
    with tempfile.TemporaryDirectory(prefix="krait-bench-") as name:
        folder = pathlib.Path(name)
        venv, python = folder / "venv", folder / "venv" / "bin" / "python"
        subprocess.run([krait, "venv", "-q", "--python", arguments.python, venv], check=True)
        install = [krait, "pip", "install", "-q", "--python", venv, "--index-url", arguments.index, "--compile-bytecode"]
        subprocess.run([*install, "-r", arguments.requirements.resolve()], check=True)
        names = json.loads(run([python, "-c", NAMES])[1].stdout)
        ways = {
            "krait smoke": [[krait, "smoke", "--python", venv]],
            "one interpreter": [[python, "-W", "ignore", "-c", ONE_AFTER_ANOTHER]],
            "an interpreter each": [
                [python, "-W", "ignore", "-c", ONE_AFTER_ANOTHER, json.dumps([name])] for name in names
            ],
        }
        times = {way: [] for way in ways}
        for round in range(arguments.rounds + 1):
            for way, commands in ways.items():
                if way == "an interpreter each" and (round != 1 or arguments.without_each):
                    continue
                took = [run(command, cwd=folder) for command in commands]
                if way == "krait smoke" and took[0][1].returncode != 0:
                    sys.exit(took[0][1].stdout + took[0][1].stderr)
                if round > 0:  # the first round only warms up
                    times[way].append(sum(seconds for seconds, _ in took))
        print(f"{len(names)} packages")
        ours = statistics.median(times["krait smoke"])
        for way, seconds in times.items():
            if not seconds:
                continue
            print(
                f"{way:20} median {statistics.median(seconds):6.2f} s, {min(seconds):.2f} to {max(seconds):.2f} s,"
                f" {statistics.median(seconds) / ours:.2f} times krait smoke"
            )
        added = [
            wheel(folder, "crashes", "import os\nos.kill(os.getpid(), 11)\n"),
            wheel(folder, "hangs", "import time\ntime.sleep(600)\n"),
        ]
        subprocess.run([*install, *added], check=True)
        seconds, done = run(
            [krait, "smoke", "--python", venv, "--time-limit", "20", "--output-format", "json"], cwd=folder
        )
        failed = sorted(one["name"] for one in json.loads(done.stdout)["results"] if one["outcome"] == "failed")
        print(f"with a crash and a hang (limit 20 s): {seconds:.2f} s, exit code {done.returncode}, failed: {failed}")
        if failed != ["crashes", "hangs"] or done.returncode != 1:
            sys.exit("something else failed, or one of the two did not")


if __name__ == "__main__":
    main()
