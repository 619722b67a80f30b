using System.Collections.Concurrent;

namespace Krait.Index.Credentials;

/// <summary>
/// Which credential goes with which request. One that came with a URL belongs to that URL's origin and everything below its folder; the
/// longest folder wins. Files that an index links to on its own origin get the index's. What is left is asked of netrc, by exact host; last
/// comes what a server itself stated in a redirect to its origin.
/// </summary>
public sealed class CredentialStore
{
    private readonly ConcurrentDictionary<Origin, List<(string Prefix, Credential Credential)>> known = new();
    private readonly ConcurrentDictionary<Origin, Credential> stated = new();
    private readonly ConcurrentDictionary<(Origin Origin, string Prefix), AuthenticationPolicy> policies = new();
    private readonly Lazy<Netrc> netrc;

    /// <summary>Makes a store.</summary>
    /// <param name="netrcPath">The netrc file, read only when the first request asks; null for none.</param>
    public CredentialStore(string? netrcPath) =>
        netrc = new Lazy<Netrc>(() => netrcPath is null ? Netrc.Empty : Netrc.Read(netrcPath));

    /// <summary>Finds the netrc file: `NETRC`, then `~/.netrc`.</summary>
    public static string? FindNetrc(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.TryGetValue("NETRC", out var named) && named.Length > 0)
            return named;
        return variables.TryGetValue("HOME", out var home) && home.Length > 0 ? Path.Join(home, ".netrc") : null;
    }

    /// <summary>Remembers the credential of a URL for its origin and everything below its path.</summary>
    public void Add(SafeUrl url)
    {
        if (url.Credential is { } credential)
            Add(url, credential);
    }

    /// <summary>Remembers a credential for a URL's origin and everything below its path.</summary>
    public void Add(SafeUrl url, Credential credential) => Add(url.Origin, url.Path.TrimEnd('/'), credential);

    private void Add(Origin origin, string prefix, Credential credential)
    {
        var entries = this.known.GetOrAdd(origin, _ => []);
        lock (entries)
        {
            entries.RemoveAll(entry => string.Equals(entry.Prefix, prefix, StringComparison.Ordinal));
            entries.Add((prefix, credential));
            entries.Sort((left, right) => right.Prefix.Length - left.Prefix.Length);
        }
    }

    /// <summary>Remembers a credential for everything on a URL's origin.</summary>
    internal void AddForOrigin(SafeUrl url, Credential credential) => Add(url.Origin, "", credential);

    /// <summary>The credential for a request, or null.</summary>
    /// <param name="url">What is asked for.</param>
    /// <param name="linkedFrom">The index whose page named it, if one did.</param>
    internal Credential? Find(SafeUrl url, SafeUrl? linkedFrom)
    {
        if (FindKnown(url) is { } own)
            return own;
        if (linkedFrom is not null && linkedFrom.Origin == url.Origin)
        {
            if ((FindKnown(linkedFrom) ?? linkedFrom.Credential) is { } inherited)
                return inherited;
        }

        return netrc.Value.Find(url.Host) ?? stated.GetValueOrDefault(url.Origin);
    }

    /// <summary>Remembers a credential that a server stated in the address of a redirect: it is used there, where nothing else is known.</summary>
    internal void AddStated(SafeUrl url, Credential credential) => stated[url.Origin] = credential;

    /// <summary>Decides for everything below the address of an index whether credentials are looked for.</summary>
    public void SetPolicy(SafeUrl index, AuthenticationPolicy policy) =>
        policies[(index.Origin, index.Path.TrimEnd('/'))] = policy;

    /// <summary>Whether credentials are looked for.</summary>
    /// <param name="url">What is asked for.</param>
    /// <param name="linkedFrom">The index whose page named it, if one did.</param>
    internal AuthenticationPolicy PolicyOf(SafeUrl url, SafeUrl? linkedFrom)
    {
        if (policies.IsEmpty)
            return AuthenticationPolicy.Auto;
        // Files lie beside the index more often than below it.
        var index = linkedFrom is not null && linkedFrom.Origin == url.Origin ? linkedFrom : url;
        var best = (Length: -1, Policy: AuthenticationPolicy.Auto);
        foreach (var ((origin, prefix), policy) in policies)
        {
            if (origin == index.Origin && prefix.Length > best.Length && IsBelow(prefix, index.Path))
                best = (prefix.Length, policy);
        }

        return best.Policy;
    }

    private Credential? FindKnown(SafeUrl url)
    {
        if (!this.known.TryGetValue(url.Origin, out var known))
            return null;
        lock (known)
        {
            foreach (var (prefix, credential) in known)
            {
                if (IsBelow(prefix, url.Path))
                    return credential;
            }
        }

        return null;
    }

    private static bool IsBelow(string prefix, string path) =>
        path.StartsWith(prefix, StringComparison.Ordinal)
        && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
