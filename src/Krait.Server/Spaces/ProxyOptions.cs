using Krait.Index;

namespace Krait.Server.Spaces;

/// <summary>How an upstream is stood in for.</summary>
/// <param name="Upstream">The address of its simple API.</param>
internal sealed record ProxyOptions(SafeUrl Upstream)
{
    /// <summary>How long a page is used without asking, at most.</summary>
    public TimeSpan LongestFreshness { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a page is used without asking, at least.</summary>
    public TimeSpan ShortestFreshness { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client waits for news where an older answer is at hand.</summary>
    public TimeSpan SoftDeadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an upstream that failed is left alone, where an older answer is at hand.</summary>
    public TimeSpan RestAfterFailure { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long it is remembered that the upstream does not have a project.</summary>
    public TimeSpan AbsenceFreshness { get; init; } = TimeSpan.FromMinutes(1);
}
