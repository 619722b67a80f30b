using System.Runtime.InteropServices;

namespace Krait.Platform.Processes;

/// <summary>
/// The wish that this process ends (Ctrl-C, or a request to terminate). The first lets the work clean up after itself; the second ends the process
/// as usual.
/// </summary>
public sealed class ProcessInterrupt : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Begins to listen.</summary>
    public ProcessInterrupt() => registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM)];

    /// <summary>Fires when the process is to end.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = !source.IsCancellationRequested;
                source.Cancel();
            }
        );
}
