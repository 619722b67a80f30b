using System.Collections.Immutable;
using Krait.Projects.Installing;
using Krait.Projects.Targets;

namespace Krait.Projects.Bundles;

/// <summary>A machine that a bundle is packed for, and what a lock file installs on it.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Locked">The files of the lock file.</param>
public sealed record PackTarget(MachineTarget Machine, ImmutableArray<ChosenWheel> Locked)
{
    /// <summary>The machine in words: `Python 3.12 on linux x86_64`.</summary>
    public string Words =>
        $"Python {Machine.Markers.PythonVersion} on {Machine.Markers.SysPlatform} {Machine.Markers.PlatformMachine}".TrimEnd();
}
