using System.Collections.Immutable;

namespace Krait.Server.Settings;

/// <summary>The PostgreSQL database that several servers share.</summary>
internal sealed record DatabaseSettings
{
    /// <summary>The hosts, with their ports where those are unusual, or directories of sockets. One of them is the primary.</summary>
    public required ImmutableArray<string> Hosts { get; init; }

    /// <summary>The name of the database.</summary>
    public string Name { get; init; } = "krait";

    /// <summary>The user.</summary>
    public string User { get; init; } = "krait";

    /// <summary>The file that holds the password; null for none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>How connections are protected.</summary>
    public DatabaseTls Tls { get; init; } = DatabaseTls.Prefer;

    /// <summary>The file of the certificates that the database is verified with.</summary>
    public string? Certificates { get; init; }

    /// <summary>How many connections a server has at most, beside the one that it listens on.</summary>
    public int Connections { get; init; } = 20;
}

/// <summary>How connections to a database are protected.</summary>
internal enum DatabaseTls
{
    /// <summary>Not at all.</summary>
    Off,

    /// <summary>If the database can.</summary>
    Prefer,

    /// <summary>Always, whoever answers.</summary>
    Require,

    /// <summary>Always, and the database must prove who it is.</summary>
    Verify,
}
