namespace Krait.Index;

/// <summary>Work that nobody waits for until the end: writing to the cache what was already handed out.</summary>
internal sealed class BackgroundWork
{
    private readonly Lock gate = new();
    private TaskCompletionSource? idle;
    private int pending;

    /// <summary>Does something soon, on another thread; it must not throw.</summary>
    public void Start(Action work)
    {
        lock (gate)
        {
            if (pending++ == 0)
                idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.Owner.Run(state.Work),
            (Owner: this, Work: work),
            preferLocal: false
        );
    }

    /// <summary>Waits until everything that was started is done.</summary>
    public Task WaitAsync()
    {
        lock (gate)
            return idle?.Task ?? Task.CompletedTask;
    }

    private void Run(Action work)
    {
        try
        {
            work();
        }
        finally
        {
            lock (gate)
            {
                if (--pending == 0)
                    idle?.SetResult();
            }
        }
    }
}
