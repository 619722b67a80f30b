using Krait.Projects.Inputs;
using Krait.Projects.Targets;
using Krait.Sources;

namespace Krait.Cli.Runs;

/// <summary>What a command asks for, read from its words and files.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that versions are chosen for.</param>
/// <param name="Indexes">Where they are looked for.</param>
internal sealed record ReadQuestion(RequirementSet Inputs, MachineTarget Target, IndexSettings Indexes);
