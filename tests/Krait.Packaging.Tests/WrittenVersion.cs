namespace Krait.Packaging.Tests;

/// <summary>The text of a version that may be written in many ways.</summary>
public sealed record WrittenVersion(string Value)
{
    public override string ToString() => Value;
}
