using System.Collections.Immutable;

namespace Krait.Packaging.Distributions;

/// <summary>Which hashes a file must have to be the one that is meant.</summary>
/// <param name="Stated">What its index or lock file says of it: each must hold.</param>
/// <param name="Allowed">What the user allows: one must hold. Empty allows any.</param>
public sealed record ExpectedHashes(ImmutableArray<FileHash> Stated, ImmutableArray<FileHash> Allowed)
{
    /// <summary>Whether any file will do, because nothing is known of the one that is meant.</summary>
    public bool IsEmpty => Stated.IsEmpty && Allowed.IsEmpty;

    /// <summary>Whether a file that passes is known to be the one that is meant: MD5 and the like prove nothing.</summary>
    public bool HasSecure =>
        Stated.Any(hash => hash.IsSecure) || (!Allowed.IsEmpty && Allowed.All(hash => hash.IsSecure));

    /// <summary>The hash functions that it takes to tell.</summary>
    public IReadOnlySet<HashAlgorithm> Algorithms
    {
        get
        {
            var algorithms = new HashSet<HashAlgorithm>();
            foreach (var hash in Stated.Concat(Allowed))
                algorithms.Add(hash.Algorithm);
            return algorithms;
        }
    }

    /// <summary>
    /// Whether a file is the one that is meant, as far as its hashes prove that: no stated hash is another one, and there is one that
    /// was stated, and one that is allowed.
    /// </summary>
    /// <param name="known">What was computed of the file, at most one hash of each function.</param>
    public bool AreProvedBy(ImmutableArray<FileHash> known) =>
        FirstWrong(known) is null
        && (Stated.IsEmpty || Stated.Any(known.Contains))
        && (Allowed.IsEmpty || Allowed.Any(known.Contains));

    /// <summary>The first stated hash that a file has not, as far as hashes of that function were computed; null where there is none.</summary>
    public FileHash? FirstWrong(ImmutableArray<FileHash> known) =>
        Stated.FirstOrDefault(stated => known.Any(hash => hash.Algorithm == stated.Algorithm && !hash.Equals(stated)));
}
