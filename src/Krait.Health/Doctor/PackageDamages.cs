namespace Krait.Health.Doctor;

/// <summary>What is wrong with one package, as it is found.</summary>
/// <param name="package">The package's name.</param>
internal sealed class PackageDamages(string package)
{
    private readonly List<Damage> found = [];

    /// <summary>What was found so far, in order.</summary>
    public IReadOnlyList<Damage> All => found;

    /// <summary>Notes something that installing the package again puts right, unless another repair is named.</summary>
    public void Add(
        string code,
        string message,
        string path,
        DamageSeverity severity = DamageSeverity.Error,
        DamageRepair repair = DamageRepair.Reinstall,
        bool isInTheWay = false
    ) =>
        found.Add(
            new Damage(code, severity, message)
            {
                Package = package,
                Path = path,
                Repair = repair,
                IsInTheWay = isInTheWay,
            }
        );
}
