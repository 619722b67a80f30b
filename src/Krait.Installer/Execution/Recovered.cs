namespace Krait.Installer.Execution;

/// <summary>What was done about a change that an earlier run did not finish.</summary>
public enum Recovered
{
    /// <summary>There was none.</summary>
    Nothing,

    /// <summary>It had not begun: what was prepared is gone, and the environment is as it was.</summary>
    RolledBack,

    /// <summary>It had begun: it was carried out to its end.</summary>
    Finished,
}
