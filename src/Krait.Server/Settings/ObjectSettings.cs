namespace Krait.Server.Settings;

/// <summary>The object storage that several servers share.</summary>
/// <param name="Url">The address of its S3 interface.</param>
/// <param name="Bucket">The bucket.</param>
internal sealed record ObjectSettings(Uri Url, string Bucket)
{
    /// <summary>What all keys begin with; empty, or a path that ends with a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The file that holds the access key and the secret key, each on a line.</summary>
    public required string KeyFile { get; init; }

    /// <summary>How much is kept on this machine.</summary>
    public long LocalSize { get; init; } = 20L * 1024 * 1024 * 1024;
}
