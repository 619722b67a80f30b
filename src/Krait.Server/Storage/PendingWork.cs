namespace Krait.Server.Storage;

/// <summary>The work under way that may write to a directory. Whoever gives the directory back waits for the end of all of it.</summary>
internal sealed class PendingWork
{
    private readonly Lock gate = new();
    private TaskCompletionSource? idle;
    private int pending;

    /// <summary>Notes that work begins.</summary>
    public void Enter()
    {
        lock (gate)
        {
            if (pending++ == 0)
                idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Notes that work has ended.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (--pending == 0)
                idle?.SetResult();
        }
    }

    /// <summary>Does work on another thread.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        Enter();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits until no work is under way.</summary>
    public Task WaitAsync()
    {
        lock (gate)
            return idle?.Task ?? Task.CompletedTask;
    }
}
