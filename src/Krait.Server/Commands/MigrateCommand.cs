using System.Globalization;
using Krait.Server.Databases;

namespace Krait.Server.Commands;

/// <summary>`krait-server migrate`: makes the tables in the database, or brings them up to date.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var read = Words.Read(words, ["--dir", "--config"], []);
        read.Expect(0);
        if (ServeCommand.SettingsOf(read, variables).Database is not { } settings)
        {
            throw Words.Unusable(
                "no database is configured",
                "Pass a file with a `[database]` table with `--config FILE`"
            );
        }

        await using var database = new Database(settings, TimeProvider.System);
        var had = await database.WriteAsync(Schema.MigrateAsync, cancellationToken);
        console.Say(
            had == Schema.Version
                ? string.Create(CultureInfo.InvariantCulture, $"The tables are up to date (version {had})")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Migrated the tables from version {had} to {Schema.Version}"
                )
        );
        return 0;
    }
}
