namespace Krait.Packaging.Locations;

/// <summary>A location as a file or a command line has it, and where it leads.</summary>
/// <param name="Written">The text as it was written, with its variables: what output repeats.</param>
/// <param name="Target">The location with its variables expanded.</param>
public sealed record WrittenLocation(string Written, Location Target)
{
    /// <summary>A location that is used as it was written.</summary>
    public static WrittenLocation Of(string text) => new(text, Location.Of(text));

    /// <summary>Where the location leads.</summary>
    public override string ToString() => Target.Text;
}
