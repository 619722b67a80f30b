#!/usr/bin/env python3
"""Builds the sample wheels beside this file: a small application with dependencies, for trying krait without a network.

The wheels are committed; run this only after a change here. The same input gives the same bytes.
"""
import base64
import hashlib
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "wheels"

PACKAGES = [
    {
        "name": "harbour",
        "version": "1.0.0",
        "summary": "Tells when a ship can leave; the sample application of Krait",
        "requires": ["tides >=2", "lanterns[colour]"],
        "scripts": {"harbour": "harbour:main"},
        "files": {
            "harbour/__init__.py": (
                "from lanterns import light\nfrom tides import next_high_water\n\n\n"
                "def main():\n    print(light('high water in %d hours' % next_high_water()))\n"
            ),
            "harbour/__main__.py": "from harbour import main\n\nmain()\n",
        },
    },
    {"name": "tides", "version": "1.4.0", "summary": "Before it counted hours", "files": {"tides.py": "high_water = True\n"}},
    {
        "name": "tides",
        "version": "2.1.0",
        "summary": "When the water is high",
        "files": {"tides.py": "def next_high_water():\n    return 6\n"},
    },
    {
        "name": "lanterns",
        "version": "0.3.0",
        "summary": "Makes text shine",
        "requires": ["paint >=1 ; extra == 'colour'"],
        "extras": ["colour"],
        "files": {
            "lanterns/__init__.py": (
                "try:\n    from paint import paint\nexcept ImportError:\n    paint = str\n\n\n"
                "def light(text):\n    return '* ' + paint(text) + ' *'\n"
            )
        },
    },
    {
        "name": "paint",
        "version": "1.2.0",
        "summary": "Colours for lanterns",
        "files": {"paint.py": "def paint(text):\n    return text.upper()\n"},
    },
]


def metadata(package):
    lines = ["Metadata-Version: 2.1", f"Name: {package['name']}", f"Version: {package['version']}", f"Summary: {package['summary']}"]
    lines += [f"Requires-Dist: {r}" for r in package.get("requires", [])]
    lines += [f"Provides-Extra: {e}" for e in package.get("extras", [])]
    return "\n".join(lines) + "\n"


def build(package):
    info = f"{package['name']}-{package['version']}.dist-info"
    files = dict(package["files"])
    files[f"{info}/METADATA"] = metadata(package)
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: krait-samples\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if package.get("scripts"):
        files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + "".join(f"{k} = {v}\n" for k, v in package["scripts"].items())
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    target = FOLDER / f"{package['name']}-{package['version']}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in PACKAGES:
        build(each)
