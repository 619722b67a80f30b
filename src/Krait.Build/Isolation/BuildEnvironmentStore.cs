using System.Collections.Immutable;
using System.Text;
using Krait.Environments.Interpreters;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Build.Isolation;

/// <summary>
/// The build environments in the cache, each kept under what is installed in it. One that is complete has a marker, which is written
/// last; it is made by one process while others wait for it, and used by any number of builds at once.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="kraitVersion">The version of krait, which marks environments as made by it.</param>
/// <param name="lockLimit">How long to wait for another process that makes the same environment.</param>
public sealed class BuildEnvironmentStore(CacheFolder cache, string kraitVersion, TimeSpan lockLimit)
{
    private const string MarkerName = ".krait-build-environment";
    private const string FolderName = "build";

    /// <summary>Finds the environment with these contents, or makes it.</summary>
    /// <param name="interpreter">Its interpreter.</param>
    /// <param name="contents">What is installed: a line for each distribution that no other file of that name and version shares.</param>
    /// <param name="pins">The same for messages (`setuptools==80.0`).</param>
    /// <param name="fillAsync">Installs the contents into the new environment in this folder.</param>
    /// <param name="waiting">Told when another process is making it.</param>
    /// <param name="cancellationToken">Ends the wait and the making.</param>
    /// <exception cref="KraitException">It cannot be made.</exception>
    public async Task<BuildEnvironment> GetOrAddAsync(
        Interpreter interpreter,
        ImmutableArray<string> contents,
        ImmutableArray<string> pins,
        Func<string, CancellationToken, Task> fillAsync,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        var parent = cache.Folder(CacheBucket.Environments, FolderName);
        var text = Describe(interpreter, contents);
        var root = Path.Join(parent, CacheKey.Of(text));
        var environment = Open(interpreter, root, pins);
        if (IsComplete(root, text))
            return environment;
        using var held = await FileLock.AcquireAsync(
            root + ".lock",
            LockMode.Exclusive,
            lockLimit,
            waiting,
            cancellationToken
        );
        if (IsComplete(root, text))
            return environment;
        FolderTree.Remove(root);
        VenvBuilder.Create(VenvRequest.For(interpreter, root, kraitVersion));
        await fillAsync(root, cancellationToken);
        AtomicFile.Write(Path.Join(root, MarkerName), Encoding.UTF8.GetBytes(text), durable: false);
        return environment;
    }

    private static BuildEnvironment Open(Interpreter interpreter, string root, ImmutableArray<string> pins)
    {
        var scripts = interpreter.PathsOfEnvironment(root).Scripts;
        return new BuildEnvironment(Path.Join(scripts, "python"), scripts, root) { Pins = pins };
    }

    /// <summary>The marker repeats what the key was made of, so that a damaged or foreign folder is never taken.</summary>
    private static bool IsComplete(string root, string text) =>
        PlainFile.TryRead(Path.Join(root, MarkerName), out var found) == FileError.None
        && string.Equals(found, text, StringComparison.Ordinal);

    private static string Describe(Interpreter interpreter, ImmutableArray<string> contents)
    {
        _ = FileStatus.TryRead(interpreter.Executable, followLinks: true, out var status);
        var text = new StringBuilder("1\n");
        text.Append(interpreter.Executable).Append('\n');
        text.Append(interpreter.Version)
            .Append(' ')
            .Append(status.Inode)
            .Append(' ')
            .Append(status.Modified)
            .Append('\n');
        foreach (var line in contents.Order(StringComparer.Ordinal))
            text.Append(line).Append('\n');
        return text.ToString();
    }
}
