"""Time the probes of `krait bisect`: one release among 40 breaks a command, in a set of 30 packages.

    python3 bench/health/bisect.py --krait artifacts/krait [--files 60] [--rounds 3]

Serves a made index on a port of its own. The first round finds an empty cache, later ones a full one. Fails if more
than seven probes are needed, or if a probe after the first takes a second or more with a full cache.
"""

import argparse
import base64
import hashlib
import http.server
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

BROKEN, RELEASES, OTHERS = 23, 40, 29


def wheel(name, version, requires, files):
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        **files,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    buffer, record = io.BytesIO(), ""
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            record += f"{path},sha256={digest},{len(text)}\n"
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return buffer.getvalue(), metadata.encode()


def make_index(count):
    """The pages and files of the index, by path."""
    served, projects = {}, {}

    def add(name, version, requires, files, day):
        content, metadata = wheel(name, version, requires, files)
        file = f"{name}-{version}-py3-none-any.whl"
        served[f"/files/{file}"], served[f"/files/{file}.metadata"] = content, metadata
        projects.setdefault(name, []).append(
            {
                "filename": file,
                "url": f"/files/{file}",
                "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
                "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
                "size": len(content),
                "upload-time": f"2024-{1 + day // 28:02}-{1 + day % 28:02}T12:00:00Z",
            }
        )

    for number in range(OTHERS):
        name = f"part{number:02}"
        body = {f"{name}/module{i}.py": f"value = {i}\n" * 40 for i in range(count)}
        requires = [f"part{number + 1:02}"] if number + 1 < OTHERS else []
        add(name, "1.0", requires, {f"{name}/__init__.py": "", **body}, 0)
    for number in range(1, RELEASES + 1):
        code = "works = True\n" if number < BROKEN else "raise ImportError('it broke')\n"
        add("engine", f"1.{number}", ["part00"], {"engine.py": code}, number)
    for name, files in projects.items():
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": files}
        served[f"/simple/{name}/"] = json.dumps(page).encode()
    return served


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.server.served.get(self.path.split("?")[0])
        self.send_response(200 if body is not None else 404)
        is_page = self.path.startswith("/simple/")
        kind = "application/vnd.pypi.simple.v1+json" if is_page else "application/octet-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--krait", type=pathlib.Path, required=True)
    parser.add_argument("--files", type=int, default=60, help="modules of each of the other packages")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default="3.12")
    arguments = parser.parse_args()
    krait = arguments.krait.resolve()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.served = make_index(arguments.files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    is_slow = False
    with tempfile.TemporaryDirectory(prefix="krait-bench-") as name:
        folder = pathlib.Path(name)
        subprocess.run([krait, "venv", "-q", "--python", arguments.python, folder / "venv"], check=True)
        (folder / "requirements.txt").write_text("engine\n")
        index = f"http://127.0.0.1:{server.server_port}/simple/"
        words = ["bisect", "--python", "venv", "--index-url", index, "--cache-dir", folder / "cache"]
        words += ["-r", "requirements.txt", "--package", "engine", "--good", "1.1", "--bad", f"1.{RELEASES}"]
        for round in range(arguments.rounds):
            started = time.perf_counter()
            done = subprocess.run(
                [krait, *words, "--", "python", "-c", "import engine"], cwd=folder, capture_output=True, text=True
            )
            total = time.perf_counter() - started
            if done.returncode != 0 or done.stdout.split()[-1] != f"engine==1.{BROKEN}":
                sys.exit(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
            probes = [float(one) for one in re.findall(r"^probe \d+: .*\((\d+\.\d+) s\)", done.stderr, re.MULTILINE)]
            state = "empty" if round == 0 else "full"
            print(f"{state} cache: {total:.2f} s, {len(probes)} probes: {' '.join(map(str, probes))} s")
            is_slow |= len(probes) > 7 or (round > 0 and max(probes[1:]) >= 1)
    if is_slow:
        sys.exit("too many probes, or one of them took too long")


if __name__ == "__main__":
    main()
