using System.Text;
using Krait.Environments.Layouts;
using Krait.Installer.Wheels;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;

namespace Krait.Installer.Execution;

/// <summary>
/// Compiles installed modules to bytecode with the environment's own interpreter, in two processes that import nothing that was
/// installed. Modules that do not compile are left to fail when they are imported, as pip does.
/// </summary>
internal static class BytecodeCompiler
{
    private const int Workers = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private const string Script = """
        import compileall, py_compile, os, sys

        mode = os.environ.get("PYC_INVALIDATION_MODE", "").replace("-", "_").upper()
        options = {"quiet": 2}
        if mode and hasattr(py_compile, "PycInvalidationMode"):
            options["invalidation_mode"] = py_compile.PycInvalidationMode[mode]
        with open(sys.argv[1], encoding="utf-8", errors="surrogateescape") as listed:
            for path in listed.read().split("\0"):
                if path:
                    compileall.compile_file(path, **options)
        """;

    /// <summary>Compiles the modules of wheels that were just installed.</summary>
    public static async Task CompileAsync(
        PythonEnvironment environment,
        IReadOnlyList<StagedWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        var modules = wheels.SelectMany(w => ModulesOf(environment, w.Wheel.Manifest)).ToList();
        if (modules.Count == 0)
            return;
        using var span = Tracer.Begin("compile bytecode");
        var folder = FolderTree.CreateTemporary("krait-compile-");
        try
        {
            var limits = new ParallelOptions
            {
                MaxDegreeOfParallelism = Workers,
                CancellationToken = cancellationToken,
            };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Workers),
                limits,
                async (worker, token) =>
                {
                    var list = Path.Join(folder, $"{worker}");
                    var share = modules.Where((_, i) => i % Workers == worker);
                    AtomicFile.Write(list, Encoding.UTF8.GetBytes(string.Join('\0', share)), durable: false);
                    await RunAsync(environment, list, token);
                }
            );
        }
        finally
        {
            FolderTree.Remove(folder);
        }
    }

    private static async Task RunAsync(PythonEnvironment environment, string list, CancellationToken cancellationToken)
    {
        var run = new Subprocess(environment.Interpreter.Executable)
        {
            Arguments = ["-I", "-S", "-c", Script, list],
            Limit = Limit,
        };
        var result = await run.RunAsync(lines: null, cancellationToken);
        if (result.ExitCode == 0)
            return;
        throw new KraitException(
            new Diagnostic("compile-failed", "the installed modules could not be compiled to bytecode")
            {
                Notes = [result.Errors.Trim(), "the packages are installed"],
            }
        );
    }

    private static IEnumerable<string> ModulesOf(PythonEnvironment environment, WheelManifest manifest)
    {
        var paths = environment.Layout.Paths;
        var file = 0;
        for (var folder = 0; folder < manifest.FolderCount; folder++)
        {
            var (_, scheme, targetName) = manifest.Folder(folder);
            var root = scheme switch
            {
                WheelScheme.Root => manifest.Facts.IsPure ? paths.PureLibrary : paths.PlatformLibrary,
                WheelScheme.PureLibrary => paths.PureLibrary,
                WheelScheme.PlatformLibrary => paths.PlatformLibrary,
                _ => null,
            };
            for (var end = file + manifest.FilesIn(folder); file < end; file++)
            {
                if (root is null || !manifest.FileName(file).Span.EndsWith(".py\0"u8))
                    continue;
                var target = Encoding.UTF8.GetString(targetName.Span[..^1]);
                yield return Path.Join(root, target, Encoding.UTF8.GetString(manifest.FileName(file).Span[..^1]));
            }
        }
    }
}
