using System.Globalization;

namespace Krait.Platform.Files;

/// <summary>
/// Whose files are used without being named: the user's own and root's, as git decides it for repositories. Under `sudo`, those of the
/// user who typed it count, too.
/// </summary>
/// <param name="User">Who runs this process.</param>
/// <param name="Caller">Who ran `sudo`; null without it.</param>
public readonly record struct FileOwner(uint User, uint? Caller)
{
    private const uint Root = 0;

    /// <summary>The user of this process, whoever called it.</summary>
    public static FileOwner OfProcess() => new(NativeMethods.EffectiveUser(), Caller: null);

    /// <summary>The user of this process.</summary>
    /// <param name="variables">The variables of the process, of which `SUDO_UID` counts where root runs it.</param>
    public static FileOwner OfProcess(IReadOnlyDictionary<string, string> variables)
    {
        var user = NativeMethods.EffectiveUser();
        return
            user == Root
            && variables.TryGetValue("SUDO_UID", out var text)
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var caller)
            ? new FileOwner(user, caller)
            : new FileOwner(user, Caller: null);
    }

    /// <summary>Whether this user's files are used.</summary>
    public bool Trusts(uint owner) => owner == User || owner == Root || owner == Caller;

    /// <summary>The owner of a path, or of what its link leads to, when that is somebody else; null otherwise, and where nothing is there.</summary>
    public uint? FindStranger(string path)
    {
        foreach (var followLinks in (ReadOnlySpan<bool>)[false, true])
        {
            if (FileStatus.TryRead(path, followLinks, out var status) == Errno.None && !Trusts(status.UserId))
                return status.UserId;
        }

        return null;
    }
}
