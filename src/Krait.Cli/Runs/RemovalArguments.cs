using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;

namespace Krait.Cli.Runs;

/// <summary>`--removal-check`: whether what is pinned was withdrawn, before anything is changed.</summary>
internal static class RemovalArguments
{
    /// <summary>Asks where the options say so, and warns or refuses.</summary>
    /// <exception cref="KraitException">A pinned version was withdrawn, and that is refused.</exception>
    public static async Task CheckAsync(
        KraitContext context,
        ParsedArguments arguments,
        Workbench bench,
        RequirementSet inputs,
        ImmutableArray<ChosenWheel> locked,
        CancellationToken cancellationToken
    )
    {
        var mode = arguments.Value(PipOptions.RemovalCheck) ?? "off";
        if (mode is "off" || arguments.IsOn(PipOptions.NoRemovalCheck))
            return;
        var pins = SettledPins.Of(inputs).Concat(locked.Select(wheel => (wheel.Name, wheel.Version)));
        var problems = await new RemovalCheck(bench).RunAsync(pins, cancellationToken);
        var withdrawn = problems.Where(problem => problem.Topic is not DiagnosticTopic.UnknownRemoval).ToList();
        if (mode is "refuse" && withdrawn.Count > 0)
        {
            throw new KraitException(
                withdrawn[0] with
                {
                    Notes =
                    [
                        .. withdrawn[0].Notes,
                        .. withdrawn.Skip(1).Select(problem => problem.Message),
                        "`--removal-check refuse` is set; the environment is unchanged",
                    ],
                    Hints = ["Choose another version, or pass `--no-removal-check`"],
                }
            );
        }

        foreach (var problem in problems)
            DiagnosticRenderer.WriteWarning(context.Terminal, problem);
    }
}
