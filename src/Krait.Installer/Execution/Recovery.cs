using Krait.Environments.Layouts;
using Krait.Installer.Uninstalling;

namespace Krait.Installer.Execution;

/// <summary>Puts an environment right in which a run was killed; needs the environment's lock.</summary>
internal static class Recovery
{
    /// <summary>Rolls an unfinished change back or forward, as its stage tells.</summary>
    public static Recovered Heal(PythonEnvironment environment)
    {
        using var stage = StageArea.TryOpen(environment);
        if (stage is null)
            return Recovered.Nothing;
        var old = new OldDescriptions(stage, environment);
        var isBegun = stage.Has(StageArea.RemoveMarker) || stage.Has(StageArea.MoveMarker);
        if (isBegun)
            Finish(stage, old, staying: null);
        else
            old.PutBack();
        stage.Remove();
        return isBegun ? Recovered.Finished : Recovered.RolledBack;
    }

    /// <summary>Carries a change out from wherever it stands.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="old">What was set aside.</param>
    /// <param name="staying">What the distributions that stay have; null to read it now.</param>
    /// <returns>How many files were removed.</returns>
    public static int Finish(StageArea stage, OldDescriptions old, StayingFiles? staying)
    {
        var removed = 0;
        if (stage.Has(StageArea.RemoveMarker))
        {
            removed = old.RemoveFiles(staying);
            stage.Advance(StageArea.RemoveMarker, StageArea.MoveMarker);
        }

        new StageMover(stage).Run();
        return removed;
    }
}
