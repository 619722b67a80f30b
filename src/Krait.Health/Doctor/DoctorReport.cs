using System.Collections.Immutable;

namespace Krait.Health.Doctor;

/// <summary>What an examination found.</summary>
/// <param name="Root">The environment.</param>
/// <param name="Packages">How many packages were examined.</param>
/// <param name="Files">How many files were examined.</param>
/// <param name="Damages">What is not as it should be, the environment's own first, then by package.</param>
public sealed record DoctorReport(string Root, int Packages, int Files, ImmutableArray<Damage> Damages)
{
    /// <summary>Whether nothing is wrong; untidiness is not.</summary>
    public bool IsHealthy => Damages.All(damage => damage.Severity == DamageSeverity.Note);
}
