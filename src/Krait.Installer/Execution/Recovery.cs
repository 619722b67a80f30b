using Krait.Environments.Layouts;

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
            Finish(stage, old);
        else
            old.PutBack();
        stage.Remove();
        return isBegun ? Recovered.Finished : Recovered.RolledBack;
    }

    /// <summary>Carries a change out from wherever it stands.</summary>
    /// <returns>How many files were removed.</returns>
    public static int Finish(StageArea stage, OldDescriptions old)
    {
        var removed = 0;
        if (stage.Has(StageArea.RemoveMarker))
        {
            removed = old.RemoveFiles();
            stage.Advance(StageArea.RemoveMarker, StageArea.MoveMarker);
        }
        new StageMover(stage).Run();
        return removed;
    }
}
