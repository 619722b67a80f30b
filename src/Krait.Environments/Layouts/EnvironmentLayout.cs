using Krait.Environments.Interpreters;

namespace Krait.Environments.Layouts;

/// <summary>The folders that packages are installed into.</summary>
/// <param name="Root">The environment's own folder; `data` files land below it.</param>
/// <param name="Paths">Where each part of a wheel goes.</param>
public sealed record EnvironmentLayout(string Root, SchemePaths Paths)
{
    /// <summary>Where modules go.</summary>
    public string SitePackages => Paths.PureLibrary;

    /// <summary>Where modules of wheels with compiled parts go; mostly the same folder.</summary>
    public string PlatformSitePackages => Paths.PlatformLibrary;

    /// <summary>Where programs go.</summary>
    public string Scripts => Paths.Scripts;

    /// <summary>A layout for `--target`: everything below one folder, as pip lays it down.</summary>
    public static EnvironmentLayout ForTarget(string folder) =>
        new(folder, new SchemePaths(folder, folder, Path.Join(folder, "bin"), folder, Path.Join(folder, "include")));

    /// <summary>A layout for `--prefix`: the interpreter's folders below another root.</summary>
    public static EnvironmentLayout ForPrefix(Interpreter interpreter, string prefix) =>
        new(prefix, interpreter.PathsOfEnvironment(prefix));

    /// <summary>A layout for `--root`: the same folders below another root.</summary>
    public EnvironmentLayout Below(string root) =>
        new(
            Path.Join(root, Root),
            new SchemePaths(
                Path.Join(root, Paths.PureLibrary),
                Path.Join(root, Paths.PlatformLibrary),
                Path.Join(root, Paths.Scripts),
                Path.Join(root, Paths.Data),
                Path.Join(root, Paths.Headers)
            )
        );
}
