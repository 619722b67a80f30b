using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>In which order the versions of a name are tried.</summary>
/// <param name="IsHighest">Whether the highest goes first.</param>
/// <param name="Preferences">Versions that go before all others.</param>
internal readonly record struct SelectionOrder(bool IsHighest, IReadOnlyList<Preference> Preferences);
