namespace Krait.Packaging.Tests;

/// <summary>The text of a marker.</summary>
public sealed record WrittenMarker(string Value)
{
    public override string ToString() => Value;
}
