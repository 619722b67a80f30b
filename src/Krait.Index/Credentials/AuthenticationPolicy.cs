namespace Krait.Index.Credentials;

/// <summary>Whether credentials are looked for when an index is asked (`authenticate` of an index in the settings).</summary>
public enum AuthenticationPolicy
{
    /// <summary>Those that are known are sent; keyring is asked when the index refuses.</summary>
    Auto,

    /// <summary>Without credentials the index is not asked.</summary>
    Always,

    /// <summary>None are looked for, and none are sent.</summary>
    Never,
}
