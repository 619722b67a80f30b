using Krait.Packaging.Text;

namespace Krait.Build.Building;

/// <summary>What a build does, as it does it.</summary>
/// <param name="Title">The project in words.</param>
public abstract record BuildEvent(string Title)
{
    /// <summary>A hook is called, or several in one go.</summary>
    /// <param name="Title">The project in words.</param>
    /// <param name="Step">The last of the hooks.</param>
    public sealed record Started(string Title, string Step) : BuildEvent(Title);

    /// <summary>The backend has written a line.</summary>
    public sealed record Line(string Title, string Text) : BuildEvent(Title);

    /// <summary>The hooks have answered.</summary>
    public sealed record Finished(string Title, string Step, TimeSpan Elapsed) : BuildEvent(Title);

    /// <summary>Something is odd.</summary>
    public sealed record Warned(string Title, Diagnostic Warning) : BuildEvent(Title);
}
