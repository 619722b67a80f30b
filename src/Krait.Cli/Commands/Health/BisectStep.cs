using Krait.Projects.Inputs;
using Krait.Projects.Resolving;

namespace Krait.Cli.Commands.Health;

/// <summary>One state to try: what is installed, and how versions are chosen for it.</summary>
/// <param name="Label">How messages call it.</param>
/// <param name="Inputs">The requirements, with what limits them.</param>
/// <param name="Resolve">How versions are chosen.</param>
internal sealed record BisectStep(string Label, RequirementSet Inputs, ResolveOptions Resolve);
