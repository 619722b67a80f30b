namespace Krait.Health.Smoke;

/// <summary>
/// The program that child interpreters run. It imports what many packages share, requirements first, and forks workers as soon as there is
/// something to do for which nothing is missing that is still to be imported. Whoever takes a package off the list makes a file for it. A line
/// is written for everything that is begun and ended; a worker that a package ends is replaced by a fresh one. The system ends a worker when a
/// package takes too long, whatever that package's code does. It runs on every Python from 3.6 on.
/// </summary>
internal static class SmokeScript
{
    /// <summary>The exit code of a child that came to the end of its list.</summary>
    public const int Finished = 99;

    public const string Text = """
        import errno, gc, importlib, json, os, sys, time
        folder, limit, memory, width = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
        finished, worker = 99, 0
        # A collection would write to all memory that a worker shares with the first child, and copy it by that.
        gc.disable()
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
        def place_of(number, part):
            return os.path.join(folder, "claim-%d-%s" % (number, part))
        def claim(number, part):
            try:
                os.close(os.open(place_of(number, part), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
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
        def take(package, part):
            number = package["number"]
            if not claim(number, part):
                return
            arm(limit)
            for index, probe in enumerate(package["probes"]):
                if part == "all" or probe["point"] == (part == "points"):
                    attempt(number, index, probe)
            arm(0)
            say(worker=worker, package=number, done=part)
        # What is left of the packages for which all is imported that they share with others. Of a shared one, that is its entry points.
        # What needs most comes first: it takes longest, and should not be what all wait for in the end.
        def ready():
            for package in reversed(packages):
                if package["number"] in imported if package["shared"] else imported.issuperset(package["needs"]):
                    yield package, "points" if package["shared"] else "all"
        def fork():
            global worker
            child = os.fork()
            if child == 0:
                worker = os.getpid()
                try:
                    for package, part in ready():
                        take(package, part)
                    os._exit(finished)
                finally:
                    os._exit(1)
            return child
        def reap(options):
            global losses
            try:
                child, status = os.waitpid(-1, options)
            except OSError:
                return False
            if child in running:
                running.discard(child)
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
                losses += code != finished
                say(worker=child, exit=code)
            return child != 0
        def staff(most):
            while running and reap(os.WNOHANG):
                pass
            while len(running) < most and losses <= len(packages):
                if all(os.path.exists(place_of(package["number"], part)) for package, part in ready()):
                    break
                running.add(fork())
        with open(os.path.join(folder, "packages.json"), "rb") as file:
            packages = json.loads(file.read().decode("utf-8"))
        imported, running, losses = set(), set(), 0
        forks = width > 1 and hasattr(os, "fork") and sys.platform != "darwin"
        for package in packages:
            if package["shared"]:
                if forks:
                    staff(width - 1)
                take(package, "modules")
                imported.add(package["number"])
        if forks:
            staff(width)
            while running and reap(0):
                staff(width)
        for package, part in ready():
            take(package, part)
        # What packages registered to run at the end is not part of the question.
        os._exit(finished)
        """;
}
