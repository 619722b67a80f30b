using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>What a plan's execution did.</summary>
/// <param name="FilesInstalled">Files that are new.</param>
/// <param name="FilesRemoved">Files that are gone.</param>
/// <param name="Warnings">What was odd.</param>
/// <param name="StartupHooks">New files that Python runs at each start (`.pth`, `sitecustomize.py`), relative to their folder.</param>
public sealed record InstallReport(
    int FilesInstalled,
    int FilesRemoved,
    ImmutableArray<Diagnostic> Warnings,
    ImmutableArray<string> StartupHooks
);
