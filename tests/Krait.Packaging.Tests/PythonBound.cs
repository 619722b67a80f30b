namespace Krait.Packaging.Tests;

/// <summary>The lowest version of Python that a project supports.</summary>
public sealed record PythonBound(string Value)
{
    public override string ToString() => Value;
}
