"""An index of made packages, served in the process: pages (PEP 691), metadata (PEP 658) and wheels with one module each."""

import base64
import hashlib
import io
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MadeIndex:
    """Packages by name and version; each has the requirements it states."""

    def __init__(self):
        self.pages, self.files = {}, {}
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave in two writes, and a client that keeps its connections would wait 40 ms for the second.
            disable_nagle_algorithm = True

            def do_GET(self):
                found = index.find(self.path)
                if found is None:
                    found = (b"", "text/plain")
                    self.send_response(404)
                else:
                    self.send_response(200)
                self.send_header("Content-Type", found[1])
                self.send_header("Content-Length", str(len(found[0])))
                self.send_header("Cache-Control", "max-age=600")
                self.end_headers()
                self.wfile.write(found[0])

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/simple/"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def add(self, name, version, requires=(), requires_python=None, extras=None, modules=1):
        """Publishes a version; `extras` are requirements by extra. A wheel has one module, or a package of several."""
        lines = ["Metadata-Version: 2.3", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Python: {requires_python}"] if requires_python else []
        lines += [f"Requires-Dist: {one}" for one in requires]
        for extra, needed in (extras or {}).items():
            lines.append(f"Provides-Extra: {extra}")
            lines += [f"Requires-Dist: {one}; extra == '{extra}'" for one in needed]
        metadata = ("\n".join(lines) + "\n").encode()
        module = name.replace("-", "_")
        wheel = wheel_of(module, version, metadata, modules)
        file = f"{module}-{version}-py3-none-any.whl"
        self.files[file], self.files[f"{file}.metadata"] = wheel, metadata
        self.pages.setdefault(name, {})[file] = {
            "filename": file,
            "url": f"../../files/{file}",
            "hashes": {"sha256": hashlib.sha256(wheel).hexdigest()},
            "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
            "size": len(wheel),
            "upload-time": "2026-01-01T00:00:00Z",
            **({"requires-python": requires_python} if requires_python else {}),
        }

    def find(self, path):
        parts = path.strip("/").split("/")
        if len(parts) == 2 and parts[0] == "simple" and parts[1] in self.pages:
            return self.page(parts[1]), "application/vnd.pypi.simple.v1+json"
        if len(parts) == 2 and parts[0] == "files" and parts[1] in self.files:
            return self.files[parts[1]], "application/octet-stream"
        return None

    def page(self, name):
        page = {"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": list(self.pages[name].values())}
        return json.dumps(page).encode()

    def write(self, folder):
        """Writes everything as files, for servers of another kind: `simple/NAME/index.json` and `files/NAME`."""
        for name in self.pages:
            place = folder / "simple" / name
            place.mkdir(parents=True)
            (place / "index.json").write_bytes(self.page(name))
        (folder / "files").mkdir(parents=True)
        for name, content in self.files.items():
            (folder / "files" / name).write_bytes(content)


def wheel_of(module, version, metadata, modules=1):
    info = f"{module}-{version}.dist-info"
    text = f"version = {version!r}\n".encode()
    names = [f"{module}.py"] if modules == 1 else [f"{module}/{name}.py" for name in ("__init__", *(f"part_{one}" for one in range(1, modules)))]
    files = {
        **{name: text + f"name = {name!r}\n".encode() * 20 if modules > 1 else text for name in names},
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: made\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}" for path, data in files.items()]
    files[f"{info}/RECORD"] = ("\n".join([*record, f"{info}/RECORD,,"]) + "\n").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return packed.getvalue()
