using System.Text;
using Krait.Installer.Wheels;

namespace Krait.Installer.Execution;

/// <summary>Files of a wheel that Python runs whenever it starts, whether or not the package is imported.</summary>
internal static class StartupHooks
{
    /// <summary>Lists them.</summary>
    public static IEnumerable<string> In(WheelManifest manifest)
    {
        var file = 0;
        for (var folder = 0; folder < manifest.FolderCount; folder++)
        {
            var (_, scheme, target) = manifest.Folder(folder);
            var isTop =
                target.Length == 1
                && scheme is WheelScheme.Root or WheelScheme.PureLibrary or WheelScheme.PlatformLibrary;
            for (var end = file + manifest.FilesIn(folder); file < end; file++)
            {
                var name = isTop ? Encoding.UTF8.GetString(manifest.FileName(file).Span[..^1]) : "";
                if (name is "sitecustomize.py" or "usercustomize.py" || name.EndsWith(".pth", StringComparison.Ordinal))
                    yield return name;
            }
        }
    }
}
