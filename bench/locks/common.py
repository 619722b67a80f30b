"""What the scripts of this directory share: projects made of recorded workloads, the environments of the matrix, and both lock formats as sets."""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

try:
    from packaging.markers import Marker
except ImportError:  # any Python with pip has a copy
    from pip._vendor.packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("KRAIT_SHARED") or ROOT.parent / "shared")
INDEX = "http://127.0.0.1:8640/simple/"

# The oldest Python that each recorded workload can be resolved for, from the answers recorded with it.
WORKLOADS = {
    "flask": "3.9",
    "trio-docs": "3.9",
    "jupyter": "3.9",
    "django-shop": "3.9",
    "fastapi-service": "3.9",
    "developer-tools": "3.9",
    "science": "3.9",
    "airflow": "3.10",
    "boto3-old-urllib3": "3.10",
    "celery-2018": "3.10",
    "sdist-only": "3.12",
    "sdist-backends": "3.12",
    "parts": "3.9",
}
# Whose files are recorded as well. Those that pip builds `sdist-backends` with are not: it takes other versions in builds.
INSTALLABLE = ["flask", "trio-docs", "jupyter", "django-shop", "fastapi-service", "developer-tools", "sdist-only", "parts"]

PLATFORMS = {
    "linux-x86_64": ("linux", "Linux", "x86_64", "posix"),
    "linux-aarch64": ("linux", "Linux", "aarch64", "posix"),
    "macos-x86_64": ("darwin", "Darwin", "x86_64", "posix"),
    "macos-arm64": ("darwin", "Darwin", "arm64", "posix"),
    "windows-amd64": ("win32", "Windows", "AMD64", "nt"),
    "windows-arm64": ("win32", "Windows", "ARM64", "nt"),
}
PYTHONS = {"3.9": "3.9.18", "3.10": "3.10.13", "3.11": "3.11.7", "3.12": "3.12.1", "3.13": "3.13.0"}


def minor(python):
    return int(python.split(".")[1])


def environments(oldest):
    """The marker environments of the matrix, by a readable name."""
    for platform, (sys_platform, system, machine, os_name) in PLATFORMS.items():
        for python, full in PYTHONS.items():
            if minor(python) >= minor(oldest):
                yield f"{platform}-{python}", {
                    "implementation_name": "cpython",
                    "implementation_version": full,
                    "os_name": os_name,
                    "platform_machine": machine,
                    "platform_python_implementation": "CPython",
                    "platform_release": "",
                    "platform_system": system,
                    "platform_version": "",
                    "python_full_version": full,
                    "python_version": python,
                    "sys_platform": sys_platform,
                }


# One project with parts that are chosen by extras and groups.
PARTS = {
    "dependencies": "flask",
    "extras": {"shop": "django-shop", "service": "fastapi-service"},
    "groups": {"dev": "developer-tools", "notebook": "jupyter"},
}


def requirements(workload):
    """What a workload asks for, and what of it has to be built."""
    lines = [line.strip() for line in (SHARED / "pypi" / "workloads" / f"{workload}.in").read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "--"))], [line.split()[1] for line in lines if line.startswith("--no-binary")]


def array(lines):
    return "[\n" + "".join(f"    '{line}',\n" for line in lines) + "]\n"


def manifest(workload, settings="", python=None):
    """A project that depends on what a workload asks for; with `parts`, on several in extras and groups."""
    if workload == "parts":
        return manifest(PARTS["dependencies"], settings, python).replace(
            "\n[tool.uv]",
            "\n[project.optional-dependencies]\n"
            + "".join(f"{name} = {array(requirements(one)[0])}" for name, one in PARTS["extras"].items())
            + "\n[dependency-groups]\n"
            + "".join(f"{name} = {array(requirements(one)[0])}" for name, one in PARTS["groups"].items())
            + "\n[tool.uv]",
        )
    needed, sources = requirements(workload)
    return (
        f'[project]\nname = "app"\nversion = "1"\nrequires-python = ">={python or WORKLOADS[workload]}"\ndependencies = {array(needed)}'
        f"\n[tool.uv]\nno-binary-package = {sources}\n{settings}"
    )


def selections(workload):
    """What can be chosen of a project, by name: extras and groups."""
    if workload != "parts":
        return {"all": ((), ())}
    extras, groups = list(PARTS["extras"]), list(PARTS["groups"])
    each = {name: ((name,), ()) for name in extras} | {name: ((), (name,)) for name in groups}
    return {"plain": ((), ()), **each, "all": (extras, groups)}


def run(command, folder, **variables):
    """Runs a command; anything but success ends the script with what was printed."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} (in {folder}) failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def holds(marker, environment, extras=(), groups=("project",)):
    # Of installers that know lock files only; `evaluate` of older copies lacks these two variables, so both are settled here.
    return marker is None or Marker(marker).evaluate({**environment, "extras": frozenset(extras), "dependency_groups": frozenset(groups)}, context="lock_file")


def selected_of_pylock(text, environment, extras=(), groups=None):
    """`name==version` of all that a standard lock selects in an environment; the groups are the default ones where none are given."""
    lock = tomllib.loads(text)
    chosen = lock.get("default-groups", []) if groups is None else groups
    return {
        f"{package['name']}=={package['version']}"
        for package in lock.get("packages", [])
        if "version" in package and "directory" not in package and holds(package.get("marker"), environment, extras, chosen)
    }


def selected_of_requirements(text, environment):
    """`name==version` of all lines of an exported requirements file that apply in an environment."""
    found = set()
    for line in text.splitlines():
        if "==" in line and not line.lstrip().startswith("#"):
            pin, _, marker = line.partition(" ; ")
            if holds(marker.strip() or None, environment):
                found.add(pin.strip())
    return found


def python_words():
    """uv looks for a newer Python on its own where none is given; every workload can be locked with that of the script."""
    return ["--python", sys.executable]


def scratch():
    return tempfile.TemporaryDirectory(prefix="krait-locks-")
