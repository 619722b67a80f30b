using Krait.Packaging.Text;
using Krait.Server.Settings;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>How Npgsql is told where a database is.</summary>
internal static class ConnectionText
{
    /// <summary>The text for some settings.</summary>
    /// <exception cref="KraitException">The password cannot be read.</exception>
    public static string Of(DatabaseSettings settings)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = string.Join(',', settings.Hosts),
            Database = settings.Name,
            Username = settings.User,
            ApplicationName = "krait-server",
            SslMode = settings.Tls switch
            {
                DatabaseTls.Off => SslMode.Disable,
                DatabaseTls.Prefer => SslMode.Prefer,
                DatabaseTls.Require => SslMode.Require,
                _ => SslMode.VerifyFull,
            },
            // A host that does not answer at all must not hold up those who only read.
            Timeout = 8,
            CommandTimeout = 30,
            CancellationTimeout = 1000,
            // A host that was away a moment ago may be back, and who was the primary may not be it any more.
            HostRecheckSeconds = 0,
            KeepAlive = 10,
            MaxPoolSize = settings.Connections,
        };
        if (settings.Certificates is { } certificates)
            text.RootCertificate = certificates;
        if (settings.PasswordFile is { } file)
            text.Password = SecretFile.Read(file)[0];
        return text.ConnectionString;
    }
}
