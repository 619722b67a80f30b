using System.Collections.Immutable;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;
using Krait.Resolver.Requests;

namespace Krait.Projects.Operations;

/// <summary>The resolution that a question is about.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that is resolved for.</param>
/// <param name="Preferences">The versions to keep where they fit: those that are installed.</param>
public sealed record WhyRequest(RequirementSet Inputs, MachineTarget Target, ImmutableArray<Preference> Preferences)
    : ResolveRequest(Inputs);
