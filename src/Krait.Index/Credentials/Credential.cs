using System.Net.Http.Headers;
using System.Text;

namespace Krait.Index.Credentials;

/// <summary>A user name and password for basic authentication; its text shows neither.</summary>
public sealed class Credential : IEquatable<Credential>
{
    private readonly string userName;
    private readonly string password;

    /// <summary>Makes a credential of what the user configured.</summary>
    public Credential(string userName, string password)
    {
        this.userName = userName;
        this.password = password;
    }

    /// <summary>The user name, which may be a token: not to be shown either.</summary>
    internal string UserName => userName;

    /// <summary>The password.</summary>
    internal string Password => password;

    /// <summary>Reads `user:password` as it stands in a URL.</summary>
    public static Credential FromUserInfo(string userInfo)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new Credential(Uri.UnescapeDataString(userInfo), "")
            : new Credential(
                Uri.UnescapeDataString(userInfo[..colon]),
                Uri.UnescapeDataString(userInfo[(colon + 1)..])
            );
    }

    /// <inheritdoc/>
    public bool Equals(Credential? other) =>
        other is not null
        && string.Equals(userName, other.userName, StringComparison.Ordinal)
        && string.Equals(password, other.password, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Credential);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(userName, password);

    /// <inheritdoc/>
    public override string ToString() => "****";

    internal AuthenticationHeaderValue ToHeader() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}")));
}
