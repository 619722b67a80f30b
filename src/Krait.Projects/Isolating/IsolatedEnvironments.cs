using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Build.Failures;
using Krait.Build.Isolation;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Requests;

namespace Krait.Projects.Isolating;

/// <summary>
/// Gives builds their environments: the requirements are resolved like any others, and what was chosen is linked from the stores. What only
/// exists as source is built on the way, by the same builder, which knows by the chain what it is for.
/// </summary>
/// <param name="bench">What the run works with, known once it is complete: it contains the builder that asks here.</param>
/// <param name="store">The build environments in the cache.</param>
internal sealed class IsolatedEnvironments(Func<Workbench> bench, BuildEnvironmentStore store) : IBuildEnvironments
{
    private readonly SingleFlight<string, BuildEnvironment> preparing = new();
    private readonly SingleFlight<string, BuildEnvironment> filling = new(keepResults: true);
    private readonly ConcurrentDictionary<string, BuildEnvironment> prepared = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<BuildEnvironment> PrepareAsync(BuildEnvironmentRequest request, CancellationToken cancellationToken)
    {
        var needed = request
            .Requirements.Where(requirement => requirement.Marker.Evaluate(request.Interpreter.Markers))
            .ToImmutableArray();
        var wanted = string.Join(
            '\n',
            needed.Select(requirement => requirement.ToString()).Order(StringComparer.Ordinal)
        );
        // What is finished serves everyone; what is being made only those who cannot wait for each other.
        if (prepared.TryGetValue(wanted, out var known))
            return Task.FromResult(known);
        return preparing.RunAsync(
            $"{wanted}\n\n{request.Chain.Key}",
            async (_, token) => prepared[wanted] = await MakeAsync(request, needed, token),
            cancellationToken
        );
    }

    private async Task<BuildEnvironment> MakeAsync(
        BuildEnvironmentRequest request,
        ImmutableArray<Requirement> needed,
        CancellationToken cancellationToken
    )
    {
        var outer = bench();
        var inner = outer with { Builds = outer.Builds?.Within(request.Chain), Progress = null };
        var wheels = needed.IsEmpty ? [] : await ChooseAsync(inner, request.Interpreter, needed, cancellationToken);
        var stored = await GetAllAsync(inner, wheels, cancellationToken);
        try
        {
            ImmutableArray<string> contents =
            [
                .. stored
                    .Values.Select(wheel => $"{wheel.Key.File} {wheel.Key.Source} {wheel.Sha256}")
                    .Order(StringComparer.Ordinal),
            ];
            // Nothing is built from here on: whoever wants the same contents may wait for each other.
            return await filling.RunAsync(
                string.Join('\n', contents),
                (_, token) =>
                    store.GetOrAddAsync(
                        request.Interpreter,
                        contents,
                        [.. wheels.Select(wheel => $"{wheel.Name}=={wheel.Version}").Order(StringComparer.Ordinal)],
                        (root, ending) => FillAsync(inner, root, request.Interpreter, wheels, stored, ending),
                        inner.Waiting,
                        token
                    ),
                cancellationToken
            );
        }
        finally
        {
            foreach (var wheel in stored.Values)
                wheel.Dispose();
        }
    }

    private static async Task<IReadOnlyDictionary<PackageName, StoredWheel>> GetAllAsync(
        Workbench inner,
        ImmutableArray<ChosenWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await inner.Preparer.GetAllAsync(wheels, cancellationToken);
        }
        catch (BuildFailedException failure)
        {
            throw await BuildAdvice.ImproveAsync(inner, failure, cancellationToken);
        }
    }

    private static async Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        Workbench inner,
        Interpreter interpreter,
        ImmutableArray<Requirement> needed,
        CancellationToken cancellationToken
    )
    {
        var policy = inner.Builds?.Policy;
        var inputs = new RequirementSet
        {
            Roots = [.. needed.Select(requirement => new RootRequirement(requirement))],
            Constraints = policy?.Constraints ?? [],
        };
        var request = new PlainResolveRequest(inputs)
        {
            Resolve = new ResolveOptions
            {
                Files = policy?.Files ?? FilePolicy.Default,
                Cutoff = policy?.Cutoff ?? UploadCutoff.None,
            },
        };
        var target = MachineTarget.Create(interpreter, new TargetOptions());
        var answer = await new WheelResolver(inner).RunAsync(request, target, [], [], cancellationToken);
        return answer switch
        {
            WheelAnswer.Chosen chosen => chosen.Wheels,
            WheelAnswer.NoSolution failed => throw new KraitException(failed.Explanation.Diagnostic),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Links the wheels into a new environment.</summary>
    private static async Task FillAsync(
        Workbench inner,
        string root,
        Interpreter interpreter,
        ImmutableArray<ChosenWheel> wheels,
        IReadOnlyDictionary<PackageName, StoredWheel> stored,
        CancellationToken cancellationToken
    )
    {
        if (wheels.IsEmpty)
            return;
        var configuration = VenvConfiguration.TryRead(root) ?? throw new UnreachableException("it was just made");
        var environment = PythonEnvironment.Virtual(root, interpreter, configuration);
        using var session = await EnvironmentSession.OpenAsync(
            environment,
            inner.LockLimit,
            inner.Waiting,
            cancellationToken
        );
        var wanted = wheels.Select(wheel => new WantedDistribution(wheel.Name, wheel.Version));
        var plan = InstallPlan.Create(InstalledDistributions.Read(environment), wanted, new PlanOptions());
        _ = await session.ExecuteAsync(plan, stored, new InstallOptions(), progress: null, cancellationToken);
    }
}
