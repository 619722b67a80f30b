using Krait.Packaging.Text;
using Krait.Projects.Locking;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>`lock`: brings the lock of a workspace up to date.</summary>
/// <param name="bench">What to work with.</param>
public sealed class LockOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <param name="request">What is wanted of the lock.</param>
    /// <param name="isDryRun">Whether nothing is written.</param>
    /// <param name="cancellationToken">Ends the work; nothing is written then.</param>
    /// <exception cref="KraitException">The lock is out of date where it may not be, an input cannot be used, or an index not be read.</exception>
    public async Task<LockAnswer> RunAsync(LockRequest request, bool isDryRun, CancellationToken cancellationToken)
    {
        var answer = await new LockStep(bench).RunAsync(request, cancellationToken);
        if (!isDryRun && request.Use == LockUse.Update && answer is LockAnswer.Ready ready)
            ready.Write();
        return answer;
    }
}
