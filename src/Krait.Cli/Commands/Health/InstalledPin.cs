using Krait.Environments.Installed;
using Krait.Packaging.Metadata;

namespace Krait.Cli.Commands.Health;

/// <summary>What is installed, as a requirement that installs the same again.</summary>
internal static class InstalledPin
{
    /// <summary>`name==1.0`, or `name @ url`; null for what was installed from neither an index nor an archive.</summary>
    public static string? Of(InstalledDistribution distribution)
    {
        if (DirectUrl.TryParse(distribution.ReadDirectUrl().Span, out var url, out _))
            return url is DirectUrl.Archive ? $"{distribution.Name} @ {url.Url}" : null;
        return distribution.Kind == InstalledKind.DistInfo && distribution.Version is { } version
            ? $"{distribution.Name}=={version}"
            : null;
    }
}
