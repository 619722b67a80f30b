namespace Krait.Resolver.Solving;

/// <summary>How early a package is to be decided.</summary>
internal interface IPriorities
{
    /// <summary>The priority of a package; higher is earlier. No two packages share one.</summary>
    public ulong PriorityOf(PackageId package);
}
