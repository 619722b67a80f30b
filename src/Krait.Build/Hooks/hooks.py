"""Calls the hooks of a build backend (PEP 517, PEP 660) for krait; runs on Python 3.6 and later with nothing installed.

Three generations of processes: this one starts a session of its own and watches over the others; it ends them all when
krait goes away. The second imports the backend. The third, a new one for each hook, calls it and leaves the answer in a
file, so that no hook sees what another did to its process.
"""

import atexit
import importlib
import importlib.machinery
import json
import os
import re
import select
import signal
import sys
import traceback


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        request = json.load(file)
    try:
        os.setsid()
    except OSError:
        pass
    wake_reader, wake_writer = os.pipe()
    os.set_blocking(wake_writer, False)
    signal.set_wakeup_fd(wake_writer)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(wake_reader)
        os.close(wake_writer)
        leave(run_steps, request)
    status = watch(worker, wake_reader)
    for number in range(len(request["steps"])):
        if not os.path.exists(answer_path(request, number)):
            if status != 0:
                answer(request, number, ended(status))
            break


def watch(worker, wake_reader):
    """Waits for the worker; when our own input ends, krait is gone, and so is all of this."""
    while True:
        done, status = os.waitpid(worker, os.WNOHANG)
        if done:
            return status
        ready, _, _ = select.select([0, wake_reader], [], [])
        if wake_reader in ready:
            os.read(wake_reader, 512)
        if 0 in ready and not os.read(0, 512):
            os.killpg(0, signal.SIGKILL)


def leave(function, *arguments):
    """Runs a function in a forked process, and ends the process without returning to the code that forked."""
    code = 1
    try:
        function(*arguments)
        code = 0
    except BaseException:
        print_exception()
    finally:
        flush()
        end_process(code)


def run_steps(request):
    open_streams()
    sys.argv = ["-c"]
    os.chdir(request["source"])
    read_code_afresh(request["source"])
    sys.path[:0] = request["backend_path"]
    try:
        backend = import_backend(request)
    except BaseException as error:
        print_exception()
        answer(request, 0, {"status": "no-backend", "error": describe(error)})
        return
    for number, step in enumerate(request["steps"]):
        flush()
        child = os.fork()
        if child == 0:
            leave(run_step, request, number, step, backend)
        _, status = os.waitpid(child, 0)
        if not os.path.exists(answer_path(request, number)):
            answer(request, number, ended(status))
            return
        if not may_continue(request, number, step):
            return


def open_streams():
    """Input is empty, both outputs are one, and anything can be printed."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(1, 2)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    sys.stdin = open(0, closefd=False)


def read_code_afresh(folder):
    """Python tells by the second whether byte code is old, and a project can change twice in one: its modules are compiled
    each time, and nothing is left beside them."""
    loader = importlib.machinery.SourceFileLoader
    get_data, set_data = loader.get_data, loader.set_data
    project, environment = (
        tuple(os.path.join(place, "") for place in (path, os.path.realpath(path))) for path in (folder, sys.prefix)
    )

    def is_of_project(path):
        return path.startswith(project) and not path.startswith(environment)

    def get(self, path):
        if path.endswith(".pyc") and is_of_project(path):
            raise OSError("not used: " + path)
        return get_data(self, path)

    def store(self, path, data, **options):
        if not is_of_project(path):
            set_data(self, path, data, **options)

    loader.get_data, loader.set_data = get, store


def import_backend(request):
    module_name, _, path = request["backend"].partition(":")
    module = importlib.import_module(module_name)
    if request["backend_path"] and not is_inside(module, request["backend_path"]):
        raise ImportError("the backend %s was not loaded from its backend-path" % module_name)
    for name in path.split(".") if path else ():
        module = getattr(module, name)
    return module


def is_inside(module, folders):
    places = [getattr(module, "__file__", None)] + list(getattr(module, "__path__", ()))
    for place in places:
        for folder in folders:
            if place and os.path.realpath(place).startswith(os.path.join(os.path.realpath(folder), "")):
                return True
    return False


def run_step(request, number, step, backend):
    hook = getattr(backend, step["hook"], None)
    if hook is None:
        answer(request, number, {"status": "missing"})
        return
    try:
        value = hook(*([step["target"]] if "target" in step else []), **step["arguments"])
        run_exit_functions()
        result = {"status": "returned", "value": checked(value)}
    except BaseException as error:
        unsupported = getattr(backend, "UnsupportedOperation", None)
        is_unsupported = isinstance(unsupported, type) and isinstance(error, unsupported)
        print_exception()
        status = "unsupported" if is_unsupported else "failed"
        result = {"status": status, "error": describe(error)}
    flush()
    answer(request, number, result)


def checked(value):
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    if isinstance(value, str):
        return str(value)
    if value is None:
        return None
    raise TypeError("the hook returned %s" % type(value).__name__)


def describe(error):
    try:
        message = str(error)
    except Exception:
        message = ""
    return {"type": type(error).__name__, "message": message[:4000]}


def may_continue(request, number, step):
    """Whether the next hook can run in this environment: the one before asked for nothing that is not there."""
    with open(answer_path(request, number), encoding="utf-8") as file:
        result = json.load(file)
    if result["status"] == "missing" and step.get("optional"):
        return True
    if result["status"] != "returned":
        return False
    known = set(request["known"])
    for item in (result["value"] or []) if "known" in request and isinstance(result["value"], list) else []:
        if item not in known and re.sub(r"[-_.]+", "-", item.strip()).lower() not in known:
            return False
    return True


def ended(status):
    if os.WIFSIGNALED(status):
        return {"status": "killed", "code": os.WTERMSIG(status)}
    return {"status": "exited", "code": os.WEXITSTATUS(status)}


def answer_path(request, number):
    return "%s.%d" % (request["answer"], number)


# A hook may replace what it finds in modules: what is needed after it is held here.
def answer(request, number, result, open=open, dumps=json.dumps, replace=os.replace):
    path = answer_path(request, number)
    with open(path + ".new", "wb") as file:
        file.write(dumps(result).encode("ascii"))
    replace(path + ".new", path)


def run_exit_functions(run=atexit._run_exitfuncs):
    run()


def end_process(code, exit=os._exit):
    exit(code)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def print_exception(write=traceback.print_exc):
    try:
        write()
    except Exception:
        pass


if __name__ == "__main__":
    main()
