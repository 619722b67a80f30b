namespace Krait.Environments.Interpreters;

/// <summary>Where the parts of a wheel go (the installation scheme of `sysconfig`).</summary>
/// <param name="PureLibrary">Modules that run anywhere.</param>
/// <param name="PlatformLibrary">Modules with compiled parts; often the same folder.</param>
/// <param name="Scripts">Programs.</param>
/// <param name="Data">The root that data files are placed under.</param>
/// <param name="Headers">The folder that holds one folder of C headers for each distribution.</param>
public sealed record SchemePaths(
    string PureLibrary,
    string PlatformLibrary,
    string Scripts,
    string Data,
    string Headers
)
{
    /// <summary>The same scheme with a placeholder at the start of each path replaced by a folder.</summary>
    internal SchemePaths Under(string placeholder, string folder) =>
        new(
            Replace(PureLibrary, placeholder, folder),
            Replace(PlatformLibrary, placeholder, folder),
            Replace(Scripts, placeholder, folder),
            Replace(Data, placeholder, folder),
            Replace(Headers, placeholder, folder)
        );

    private static string Replace(string path, string placeholder, string folder) =>
        path.StartsWith(placeholder, StringComparison.Ordinal) ? folder + path[placeholder.Length..] : path;
}
