namespace Krait.Index;

/// <summary>Whom a request goes to. What is meant for one origin is never sent to another.</summary>
/// <param name="Scheme">`http`, `https` or `file`.</param>
/// <param name="Host">The host, in the form that goes over the wire.</param>
/// <param name="Port">The port.</param>
public readonly record struct Origin(string Scheme, string Host, int Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}://{Host}:{Port}";
}
