namespace Krait.Environments.Venvs;

/// <summary>What to do when the folder of a new environment is there already.</summary>
public enum ExistingFolder
{
    /// <summary>Refuse, unless it is empty.</summary>
    Refuse,

    /// <summary>Replace an environment; refuse to touch any other folder with something in it.</summary>
    Clear,

    /// <summary>Replace whatever is there: the user said so twice.</summary>
    ClearAnything,

    /// <summary>Write the environment's files into it and leave all others.</summary>
    Keep,
}
