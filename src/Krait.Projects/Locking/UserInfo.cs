namespace Krait.Projects.Locking;

/// <summary>Takes credentials out of addresses: no lock has any.</summary>
internal static class UserInfo
{
    /// <summary>The address without what stands before the `@` of its host; `git` of an SSH address is no secret.</summary>
    public static string Remove(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return address;
        start += 3;
        var end = address.IndexOfAny(['/', '?', '#'], start);
        var host = end < 0 ? address[start..] : address[start..end];
        var at = host.LastIndexOf('@');
        if (at < 0)
            return address;
        var isName =
            address.StartsWith("ssh", StringComparison.Ordinal) && !host[..at].Contains(':', StringComparison.Ordinal);
        return isName || address.Contains("+ssh://", StringComparison.Ordinal)
            ? address
            : string.Concat(address.AsSpan(0, start), address.AsSpan(start + at + 1));
    }
}
