using Krait.Packaging.Text;

namespace Krait.Server;

/// <summary>What this server shares with others cannot be used now.</summary>
/// <param name="service">Which of them.</param>
/// <param name="diagnostic">What to tell the operator.</param>
/// <param name="innerException">The failure behind it.</param>
internal sealed class ServiceAwayException(SharedService service, Diagnostic diagnostic, Exception? innerException)
    : KraitException(diagnostic, innerException)
{
    /// <summary>Which of them.</summary>
    public SharedService Service { get; } = service;
}

/// <summary>What servers share.</summary>
internal enum SharedService
{
    /// <summary>The database.</summary>
    Database,

    /// <summary>The tables in it, which are not those of this version.</summary>
    Tables,

    /// <summary>The storage of contents.</summary>
    Objects,
}
