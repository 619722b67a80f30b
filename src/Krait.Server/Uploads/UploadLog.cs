using Krait.Server.Caching;

namespace Krait.Server.Uploads;

/// <summary>Which tokens files were lately uploaded with, as far as this server took them since it was started. It never grows.</summary>
internal sealed class UploadLog
{
    private const int Most = 1000;

    private readonly BoundedCache<(string Space, string FileName), string> tokens = new(Most, _ => 1);

    /// <summary>Notes who uploaded a file.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="fileName">The file.</param>
    /// <param name="token">What names the token; its secret is nobody's business.</param>
    public void Note(string space, string fileName, string token) => tokens.Set((space, fileName), token);

    /// <summary>What names the token that a file was uploaded with; null where that is not known.</summary>
    public string? Find(string space, string fileName) =>
        tokens.TryGet((space, fileName), out var token) ? token : null;
}
