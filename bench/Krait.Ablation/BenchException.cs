namespace Krait.Ablation;

/// <summary>Something that no figure can be made from.</summary>
internal sealed class BenchException(string message) : Exception(message);
