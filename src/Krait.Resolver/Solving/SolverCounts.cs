namespace Krait.Resolver.Solving;

/// <summary>How much work a solution took.</summary>
/// <param name="Decisions">Versions decided.</param>
/// <param name="Rejections">Versions refused because a dependency was already violated.</param>
/// <param name="Conflicts">Conflicts met in propagation.</param>
internal readonly record struct SolverCounts(int Decisions, int Rejections, int Conflicts);
