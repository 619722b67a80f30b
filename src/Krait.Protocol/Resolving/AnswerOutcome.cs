namespace Krait.Protocol.Resolving;

/// <summary>How a request for a resolution ended.</summary>
public enum AnswerOutcome
{
    /// <summary>There is a solution.</summary>
    Solved,

    /// <summary>There is none. The client finds that out for itself before it says so.</summary>
    Unsatisfiable,

    /// <summary>The metadata of a source distribution is known only to who builds it, which the server never does.</summary>
    NeedsBuild,

    /// <summary>It is more work than the server does for one request.</summary>
    OverBudget,

    /// <summary>A rule of the server forbids it.</summary>
    Denied,
}
