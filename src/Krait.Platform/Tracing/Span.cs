namespace Krait.Platform.Tracing;

/// <summary>Something that takes time, from <see cref="Tracer.Begin"/> until it is disposed; the default value records nothing.</summary>
public readonly struct Span : IDisposable
{
    private readonly TraceLog? log;
    private readonly int number;

    internal Span(TraceLog log, int number)
    {
        this.log = log;
        this.number = number;
    }

    /// <summary>Ends it; doing so twice records it once.</summary>
    public void Dispose() => log?.End(number);
}
