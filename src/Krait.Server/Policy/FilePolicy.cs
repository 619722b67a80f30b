using System.Collections.Immutable;
using System.Globalization;
using Krait.Server.Pages;

namespace Krait.Server.Policy;

/// <summary>What of all that its namespaces have a view lets through. Its rules are asked in order, and the first that is about a file decides.</summary>
internal sealed record FilePolicy
{
    /// <summary>Everything but what an index itself has put into quarantine.</summary>
    public static FilePolicy Usual { get; } = new();

    /// <summary>The rules, in order.</summary>
    public ImmutableArray<FileRule> Rules { get; init; } = [];

    /// <summary>How old a file of an upstream must be.</summary>
    public TimeSpan CoolDown { get; init; }

    /// <summary>The largest file.</summary>
    public long? LargestFile { get; init; }

    /// <summary>Whether projects are offered that their index has put into quarantine (PEP 792).</summary>
    public bool AllowsQuarantined { get; init; }

    /// <summary>Judges a file.</summary>
    /// <param name="document">The page that lists it.</param>
    /// <param name="file">The file.</param>
    /// <param name="isOwn">Whether it was uploaded here.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null where it may be installed; otherwise why not, and until when.</returns>
    public Denial? Judge(ProjectDocument document, FileEntry file, bool isOwn, DateTimeOffset now)
    {
        foreach (var rule in Rules)
        {
            if (!rule.IsAbout(document.Project, file))
                continue;
            return rule.Denies ? new Denial("denied", rule.Reason ?? "a rule of this index denies it") : null;
        }

        var reason = document.StatusReason ?? "no reason given";
        if (document.Status is "quarantined" && !AllowsQuarantined)
            return new Denial("quarantined", $"its project is in quarantine: {reason}");
        if (LargestFile is { } limit && file.Size > limit)
            return new Denial("too-large", $"it is larger than {limit} bytes");
        return isOwn || CoolDown <= TimeSpan.Zero ? null : Cool(file, now);
    }

    private Denial? Cool(FileEntry file, DateTimeOffset now)
    {
        // Without a time nobody can say that it is old enough.
        if (file.Uploaded is not { } uploaded)
            return new Denial("cool-down", "its index does not say when it was uploaded");
        var until = uploaded + CoolDown;
        return until <= now
            ? null
            : new Denial(
                "cool-down",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it was uploaded at {uploaded:yyyy-MM-dd HH:mm}Z, and is offered from {until:yyyy-MM-dd HH:mm}Z on"
                )
            )
            {
                Until = until,
            };
    }
}

/// <summary>Why a file is not offered.</summary>
/// <param name="Code">The kind of reason, in a word.</param>
/// <param name="Reason">The reason, in a sentence.</param>
internal sealed record Denial(string Code, string Reason)
{
    /// <summary>When it ends by itself; null for never.</summary>
    public DateTimeOffset? Until { get; init; }
}
