using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Health.Doctor;

/// <summary>Compares an environment with the interpreter that it runs on now.</summary>
internal static class InterpreterExamination
{
    /// <summary>What does not fit any more.</summary>
    public static IEnumerable<Damage> Run(PythonEnvironment environment)
    {
        if (
            environment.Configuration is { } configuration
            && EnvironmentState.FindDifference(configuration, environment.Interpreter) is { } difference
        )
        {
            yield return new Damage(
                "interpreter-changed",
                DamageSeverity.Error,
                $"the environment is out of date: {difference}"
            )
            {
                Path = environment.Executable,
                Repair = DamageRepair.Environment,
                Hint =
                    $"Rebuild it with {Control.CreateEnvironment}, or run {Control.Synchronize}, which rebuilds and fills it",
            };
        }

        foreach (var other in OtherPackages(environment))
        {
            yield return new Damage(
                "other-python-packages",
                DamageSeverity.Warning,
                $"`{other}` holds packages for another Python, which this environment does not see"
            )
            {
                Path = other,
                Hint = "Remove the directory once you have what you need from it",
            };
        }

        var site = environment.Layout.SitePackages;
        if (
            environment.IsVirtual
            && FileStatus.TryRead(site, followLinks: true, out var status) == FileError.None
            && (status.Permissions & 0b010_010_010) == 0
        )
        {
            yield return new Damage("not-writable", DamageSeverity.Warning, $"nobody may write to `{site}`")
            {
                Path = site,
                Hint = $"Allow it with `chmod u+w {site}`",
            };
        }
    }

    private static IEnumerable<string> OtherPackages(PythonEnvironment environment)
    {
        if (!environment.IsVirtual)
            return [];
        string[] own = [environment.Layout.SitePackages, environment.Layout.PlatformSitePackages];
        return new EnvironmentExamination(environment.Root)
            .SitePackages()
            .Except(own, StringComparer.Ordinal)
            .Where(folder => HasPackages(folder));
    }

    private static bool HasPackages(string folder)
    {
        using var handle = DirectoryHandle.Open(folder);
        return handle.List().Any(entry => entry.Name.EndsWith(".dist-info", StringComparison.Ordinal));
    }
}
