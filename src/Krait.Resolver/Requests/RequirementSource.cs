namespace Krait.Resolver.Requests;

/// <summary>Who says what a requirement says.</summary>
public enum RequirementSource
{
    /// <summary>Whoever requires: the user in the request, or the author of a version in its metadata.</summary>
    Requirer,

    /// <summary>A constraint of the user, which holds beside what is required.</summary>
    Constraint,

    /// <summary>An override of the user, which holds in place of what is required.</summary>
    Override,
}
