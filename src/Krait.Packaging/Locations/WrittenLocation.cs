namespace Krait.Packaging.Locations;

/// <summary>A location as a file or a command line has it, and where it leads.</summary>
/// <param name="Written">The text as it was written, with its variables: what output repeats.</param>
/// <param name="Target">The location with its variables expanded.</param>
public sealed record WrittenLocation(string Written, Location Target)
{
    /// <summary>A location that is used as it was written.</summary>
    public static WrittenLocation Of(string text) => new(text, Location.Of(text));

    /// <summary>The text for others to see: without a user and password, unless a variable stands for what is secret of them.</summary>
    public string Shown
    {
        get
        {
            var start = Written.IndexOf("://", StringComparison.Ordinal) + 3;
            var end = start < 3 ? -1 : Written.AsSpan(start).IndexOfAny('/', '?', '#');
            var authority = start < 3 ? "" : Written[start..(end < 0 ? Written.Length : start + end)];
            var at = authority.LastIndexOf('@');
            if (at < 0)
                return Written;
            var secret = authority[(authority[..at].IndexOf(':', StringComparison.Ordinal) + 1)..at];
            var isVariable =
                secret.StartsWith("${", StringComparison.Ordinal)
                && secret.IndexOf('}', StringComparison.Ordinal) == secret.Length - 1;
            return isVariable ? Written : Written.Remove(start, at + 1);
        }
    }

    /// <summary>Whether a variable stands for a part of it.</summary>
    public bool HasVariables => Written.Contains("${", StringComparison.Ordinal);

    /// <summary>Where the location leads.</summary>
    public override string ToString() => Target.Text;
}
