namespace Krait.Server.Activity;

/// <summary>What a server did in a minute, or in several together.</summary>
internal readonly record struct ActivityMinute
{
    /// <summary>When it began.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>Requests that were answered.</summary>
    public long Answers { get; init; }

    /// <summary>Those of them that failed because of the server or what is behind it: with a status of 500 and above.</summary>
    public long Failures { get; init; }

    /// <summary>Pages of upstreams that were here and needed no confirmation.</summary>
    public long PageHits { get; init; }

    /// <summary>Pages that an upstream had to be asked for.</summary>
    public long PageMisses { get; init; }

    /// <summary>Files of upstreams that were here.</summary>
    public long FileHits { get; init; }

    /// <summary>Files that had to come from an upstream.</summary>
    public long FileMisses { get; init; }

    /// <summary>Questions to upstreams that were answered.</summary>
    public long UpstreamAnswers { get; init; }

    /// <summary>Questions to upstreams that failed.</summary>
    public long UpstreamFailures { get; init; }

    /// <summary>How long all answers of upstreams took together.</summary>
    public TimeSpan UpstreamTime { get; init; }

    /// <summary>How long the slowest of them took.</summary>
    public TimeSpan SlowestUpstream { get; init; }

    /// <summary>How long an upstream took to answer on average; null where none was asked.</summary>
    public TimeSpan? MeanUpstream => UpstreamAnswers == 0 ? null : UpstreamTime / UpstreamAnswers;

    /// <summary>Which part of the pages was here; null where none was wanted.</summary>
    public double? PageRatio => Ratio(PageHits, PageMisses);

    /// <summary>Which part of the files was here; null where none was wanted.</summary>
    public double? FileRatio => Ratio(FileHits, FileMisses);

    /// <summary>Which part of pages and files was here; null where none was wanted.</summary>
    public double? CacheRatio => Ratio(PageHits + FileHits, PageMisses + FileMisses);

    /// <summary>Both together, beginning with this one.</summary>
    public ActivityMinute With(ActivityMinute other) =>
        this with
        {
            Answers = Answers + other.Answers,
            Failures = Failures + other.Failures,
            PageHits = PageHits + other.PageHits,
            PageMisses = PageMisses + other.PageMisses,
            FileHits = FileHits + other.FileHits,
            FileMisses = FileMisses + other.FileMisses,
            UpstreamAnswers = UpstreamAnswers + other.UpstreamAnswers,
            UpstreamFailures = UpstreamFailures + other.UpstreamFailures,
            UpstreamTime = UpstreamTime + other.UpstreamTime,
            SlowestUpstream = SlowestUpstream > other.SlowestUpstream ? SlowestUpstream : other.SlowestUpstream,
        };

    private static double? Ratio(long hits, long misses) => hits + misses == 0 ? null : (double)hits / (hits + misses);
}
