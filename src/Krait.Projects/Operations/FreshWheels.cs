using Krait.Packaging.Text;
using Krait.Projects.Resolving;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>Chooses the files of a request as if nothing were installed.</summary>
/// <param name="bench">What to work with.</param>
internal sealed class FreshWheels(Workbench bench)
{
    /// <summary>Chooses them.</summary>
    /// <exception cref="KraitException">An input is wrong, or something cannot be fetched.</exception>
    public async Task<WheelAnswer> ChooseAsync(FreshRequest request, CancellationToken cancellationToken)
    {
        request = request with
        {
            Inputs = await new UnnamedNames(bench).FindAsync(request.Inputs, request.Target.Markers, cancellationToken),
        };
        HashDemands.Check(request.Inputs, request.Resolve, request.Target.Markers);
        var answer = await new WheelResolver(bench).RunAsync(
            request,
            request.Target,
            installed: [],
            request.Locked,
            cancellationToken
        );
        return answer is WheelAnswer.Chosen chosen && request.OnlyDependencies
            ? chosen with
            {
                Wheels = [.. chosen.Wheels.Where(wheel => !wheel.IsRequested)],
            }
            : answer;
    }
}
