using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Projects.Inspection;

namespace Krait.Health.Doctor;

/// <summary>Examines an environment: its own files, its interpreter, and everything that is installed in it. Changes nothing.</summary>
public static class Examination
{
    /// <summary>Examines an environment whose interpreter works.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    public static DoctorReport Run(PythonEnvironment environment, CancellationToken cancellationToken)
    {
        var damages = ImmutableArray.CreateBuilder<Damage>();
        if (environment.IsVirtual)
            damages.AddRange(new EnvironmentExamination(environment.Root).Run());
        damages.AddRange(InterpreterExamination.Run(environment));
        var installed = InstalledDistributions.Read(environment);
        var shown = installed.WithPartial();
        var graph = InstalledGraph.Read(shown, environment.Interpreter.Markers);
        var own = graph.Packages.Where(package => !package.Distribution.IsForeign).ToImmutableArray();
        var files = 0;
        var byPackage = new ConcurrentDictionary<string, IReadOnlyList<Damage>>(StringComparer.Ordinal);
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.ForEach(
            own,
            options,
            package =>
            {
                var (described, rows) = new DescriptionExamination(package).Run();
                var (damaged, count) = new FileExamination(environment, package).Run(rows);
                Interlocked.Add(ref files, count);
                byPackage[package.Name.Value] = [.. described, .. damaged];
            }
        );
        foreach (var package in own)
            damages.AddRange(byPackage[package.Name.Value]);
        damages.AddRange(GraphExamination.Run(environment, shown));
        damages.AddRange(new FolderExamination(environment, own).Run());
        return new DoctorReport(
            environment.Root,
            own.Length,
            files,
            [.. damages.DistinctBy(one => (one.Code, one.Path, one.Package, one.Message))]
        );
    }

    /// <summary>Examines a folder whose interpreter does not work.</summary>
    /// <param name="root">The environment's folder.</param>
    /// <param name="failure">Why the interpreter does not work.</param>
    public static DoctorReport RunWithoutInterpreter(string root, string failure)
    {
        var damages = new EnvironmentExamination(root).Run().ToImmutableArray();
        // Where a part is missing, that is the reason.
        if (!damages.Any(damage => damage.Severity == DamageSeverity.Error))
        {
            damages = damages.Add(
                new Damage("interpreter-fails", DamageSeverity.Error, $"the interpreter does not work: {failure}")
                {
                    Path = Path.Join(root, "bin", "python"),
                    Repair = DamageRepair.Environment,
                }
            );
        }

        return new DoctorReport(root, 0, 0, damages);
    }
}
