using Krait.Projects.Inputs;
using Krait.Projects.Resolving;

namespace Krait.Cli.Commands.Bundles;

/// <summary>What a lock file that is packed asks for besides what it says: nothing.</summary>
/// <param name="Inputs">Nothing.</param>
internal sealed record PackNeeds(RequirementSet Inputs) : ResolveRequest(Inputs);
