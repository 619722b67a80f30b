namespace Krait.Testing;

/// <summary>Keeps every event that is reported, in order.</summary>
public sealed class EventLog<T> : IProgress<T>
{
    private readonly Lock gate = new();
    private readonly List<T> events = [];

    /// <summary>What was reported so far.</summary>
    public IReadOnlyList<T> Events
    {
        get
        {
            lock (gate)
                return [.. events];
        }
    }

    public void Report(T value)
    {
        lock (gate)
            events.Add(value);
    }
}
