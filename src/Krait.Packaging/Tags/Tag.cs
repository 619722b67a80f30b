namespace Krait.Packaging.Tags;

/// <summary>A compatibility tag of a wheel (PEP 425): interpreter, ABI and platform, lower case.</summary>
/// <param name="Python">The interpreter and its version (`cp312`, `py3`).</param>
/// <param name="Abi">The binary interface (`cp312`, `abi3`, `none`).</param>
/// <param name="Platform">The platform (`manylinux_2_17_x86_64`, `any`).</param>
public readonly record struct Tag(string Python, string Abi, string Platform)
{
    /// <summary>`cp312-cp312-manylinux_2_17_x86_64`.</summary>
    public override string ToString() => $"{Python}-{Abi}-{Platform}";
}
