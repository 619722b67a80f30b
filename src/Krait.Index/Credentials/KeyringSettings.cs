namespace Krait.Index.Credentials;

/// <summary>How the program `keyring` is asked for credentials.</summary>
/// <param name="SearchPath">The value of `PATH`; only absolute folders in it are searched.</param>
/// <param name="IsRequired">Whether it is an error that the program is missing.</param>
public sealed record KeyringSettings(string SearchPath, bool IsRequired)
{
    /// <summary>How long the program may take; it may have to ask the user for a password of its own.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);
}
