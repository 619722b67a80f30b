using System.Diagnostics;

namespace Krait.Testing;

/// <summary>A file system that a test has mounted; only root may.</summary>
public sealed class TestMount : IDisposable
{
    private readonly string folder;
    private readonly TempFolder layers = new();

    private TestMount(string folder) => this.folder = folder;

    /// <summary>Makes everything in a folder a lower layer, as an image is to a container: none of its folders can be renamed.</summary>
    /// <returns>The mount; null where nothing can be mounted.</returns>
    public static TestMount? TryLayer(string folder)
    {
        var mount = new TestMount(folder);
        Directory.CreateDirectory(mount.layers.At("upper"));
        Directory.CreateDirectory(mount.layers.At("work"));
        var options = $"lowerdir={folder},upperdir={mount.layers.At("upper")},workdir={mount.layers.At("work")}";
        return mount.TryMount("-t", "overlay", "overlay", "-o", $"{options},redirect_dir=off");
    }

    /// <summary>Puts an empty file system over a folder.</summary>
    /// <returns>The mount; null where nothing can be mounted.</returns>
    public static TestMount? TryEmpty(string folder) =>
        new TestMount(folder).TryMount("-t", "tmpfs", "-o", "mode=755", "tmpfs");

    /// <summary>Makes a folder read-only, for its owner and root, too.</summary>
    /// <returns>The mount; null where nothing can be mounted.</returns>
    public static TestMount? TryReadOnly(string folder)
    {
        var mount = new TestMount(folder).TryMount("--bind", folder);
        if (mount is null || Run("mount", "-o", "remount,bind,ro", folder))
            return mount;
        mount.Dispose();
        return null;
    }

    public void Dispose()
    {
        Run("umount", folder);
        layers.Dispose();
    }

    private TestMount? TryMount(params string[] arguments)
    {
        if (Run("mount", [.. arguments, folder]))
            return this;
        layers.Dispose();
        return null;
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!; // started or thrown
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
