namespace Krait.Health.Smoke;

/// <summary>
/// The program that child interpreters run: imports what many packages share, then forks workers that take the other packages off the list by
/// making a file for each. It writes a line for everything that is begun and ended; a worker that a package ends is replaced by a fresh one.
/// The system ends a worker when a package takes too long, whatever that package's code does. It runs on every Python from 3.6 on.
/// </summary>
internal static class SmokeScript
{
    /// <summary>The exit code of a child that came to the end of its list.</summary>
    public const int Finished = 99;

    public const string Text = """
        import errno, importlib, json, os, sys, time
        folder, limit, memory, width = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
        finished, worker = 99, 0
        # What the packages print goes where it does no harm.
        channel = os.dup(1)
        os.dup2(2, 1)
        try:
            import resource
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        except (ImportError, ValueError, OSError):
            pass
        try:
            import signal
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            def arm(seconds):
                signal.setitimer(signal.ITIMER_REAL, seconds)
        except (ImportError, AttributeError):
            def arm(seconds):
                pass
        def say(**fields):
            os.write(channel, (json.dumps(fields) + "\n").encode("utf-8"))
        def claim(number):
            try:
                os.close(os.open(os.path.join(folder, "claim-%d" % number), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                return True
            except OSError as error:
                if error.errno != errno.EEXIST:
                    raise
                return False
        def missing(error):
            for _ in range(8):
                if error is None:
                    return None
                if isinstance(error, ImportError) and error.name:
                    return error.name
                error = error.__cause__ or error.__context__
        def place(error):
            trace, found = error.__traceback__, ""
            while trace is not None:
                name = trace.tb_frame.f_code.co_filename
                if name != "<string>" and not name.startswith("<frozen"):
                    found = "%s:%d" % (name, trace.tb_lineno)
                trace = trace.tb_next
            return found
        def attempt(number, index, probe):
            say(worker=worker, package=number, begin=index)
            start = time.perf_counter()
            try:
                found = importlib.import_module(probe["module"])
                for part in [part for part in probe.get("attribute", "").split(".") if part]:
                    found = getattr(found, part)
            except BaseException as error:
                text = str(error).strip().split("\n")[0][:1000]
                say(worker=worker, package=number, end=index, ok=False, seconds=time.perf_counter() - start,
                    type=type(error).__name__, message=text, missing=missing(error), place=place(error)[:1000])
            else:
                say(worker=worker, package=number, end=index, ok=True, seconds=time.perf_counter() - start)
        def work(shared):
            for package in packages:
                if package["shared"] != shared or not claim(package["number"]):
                    continue
                arm(limit)
                for index, probe in enumerate(package["probes"]):
                    attempt(package["number"], index, probe)
                arm(0)
                say(worker=worker, package=package["number"], done=True)
        def fork():
            global worker
            child = os.fork()
            if child == 0:
                worker = os.getpid()
                try:
                    work(False)
                    os._exit(finished)
                finally:
                    os._exit(1)
            return child
        with open(os.path.join(folder, "packages.json"), "rb") as file:
            packages = json.loads(file.read().decode("utf-8"))
        # What many others import is imported once; the children that are forked then have it already.
        work(True)
        if width > 1 and hasattr(os, "fork") and sys.platform != "darwin":
            running = {fork() for _ in range(width)}
            left = len(packages)
            while running:
                child, status = os.wait()
                if child not in running:
                    continue
                running.discard(child)
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
                say(worker=child, exit=code)
                if code != finished and left > 0:
                    left -= 1
                    running.add(fork())
        else:
            work(False)
        # What packages registered to run at the end is not part of the question.
        os._exit(finished)
        """;
}
