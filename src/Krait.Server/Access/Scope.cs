namespace Krait.Server.Access;

/// <summary>What a token allows.</summary>
/// <param name="Action">`read`, `upload` or `admin`; the last includes the others.</param>
/// <param name="Space">The namespace or view, or `*` for all.</param>
internal sealed record Scope(string Action, string Space)
{
    /// <summary>The actions there are.</summary>
    public static string[] Actions { get; } = ["read", "upload", "admin"];

    /// <summary>Whether it allows an action.</summary>
    public bool Allows(string action, string space) =>
        (Is(Action, action) || Is(Action, "admin") || (Is(Action, "upload") && Is(action, "read")))
        && (Is(Space, "*") || Is(Space, space));

    /// <inheritdoc/>
    public override string ToString() => $"{Action}:{Space}";

    private static bool Is(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);
}
