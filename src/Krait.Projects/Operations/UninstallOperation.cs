using Krait.Environments.Installed;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>`uninstall`: removes packages, and nothing that they required.</summary>
/// <param name="bench">What to work with.</param>
public sealed class UninstallOperation(Workbench bench)
{
    /// <summary>Runs the operation; a name that is not installed is a warning.</summary>
    /// <exception cref="KraitException">The environment could not be changed; the diagnostic says what state is left.</exception>
    public async Task<InstallOutcome.Done> RunAsync(UninstallRequest request, CancellationToken cancellationToken)
    {
        using var session = request.IsDryRun
            ? null
            : await EnvironmentSession.OpenAsync(
                request.Environment,
                bench.LockLimit,
                bench.Waiting,
                cancellationToken
            );
        var installed = InstalledDistributions.Read(request.Environment);
        // What is left of an installation that did not finish goes as well.
        var named = installed
            .All.Concat(installed.Broken)
            .Where(distribution => request.Names.Contains(distribution.Name))
            .ToList();
        foreach (var name in request.Names.Where(name => named.TrueForAll(distribution => distribution.Name != name)))
            bench.Warn(new Diagnostic("not-installed", $"`{name}` is not installed").About(name.Value));
        bench.Warn(named.Where(distribution => distribution.IsForeign).Select(OfTheSystem));
        var going = named.Where(distribution => !distribution.IsForeign).ToList();
        var plan = InstallPlan.Removing(going);
        var report =
            session is null || going.Count == 0
                ? null
                : await session.ExecuteAsync(
                    plan,
                    new Dictionary<PackageName, StoredWheel>(),
                    new InstallOptions(),
                    progress: null,
                    cancellationToken
                );
        return new InstallOutcome.Done(plan, report);
    }

    private static Diagnostic OfTheSystem(InstalledDistribution distribution) =>
        new("system-distribution", $"`{distribution}` belongs to the system and is not uninstalled")
        {
            Notes = [$"it is in `{distribution.Location}`, where the system's package manager installs"],
        };
}
