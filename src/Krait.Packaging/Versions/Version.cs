namespace Krait.Packaging.Versions;

/// <summary>A version of a distribution (PEP 440).</summary>
public sealed class Version;
