using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Server.Settings;

namespace Krait.Server.Commands;

/// <summary>`krait-server serve`: listens until it is told to end.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var read = Words.Read(
            words,
            ["--host", "--port", "--dir", "--index-url", "--config", "--from-bundle", "--stop-with"],
            ["--access-log"]
        );
        read.Expect(0);
        var starter = read.Number("--stop-with", 1, int.MaxValue);
        var settings = SettingsOf(read, variables);
        if (settings.Folder.Length > 0)
            return await ServeAsync(settings, starter, console, cancellationToken);
        // What was unpacked from a bundle can be unpacked again.
        var temporary = FolderTree.CreateTemporary("krait-server-");
        try
        {
            return await ServeAsync(settings with { Folder = temporary }, starter, console, cancellationToken);
        }
        finally
        {
            FolderTree.Remove(temporary);
        }
    }

    private static async Task<int> ServeAsync(
        ServerSettings settings,
        int? starter,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        await using var server = await KraitServer.StartAsync(
            settings,
            TimeProvider.System,
            console.WriteLine,
            cancellationToken
        );
        console.Say($"Listening on {server.Address}");
        if (settings.Bundle is { } bundle)
            console.Say($"Serving {server.FilesOfBundle} files from {bundle}");
        console.Say(
            $"Storing in {settings.Folder}{(server.IsReadOnly ? " (read-only: another server writes to it)" : "")}"
        );
        await WaitAsync(starter, cancellationToken);
        console.Say("Stopping");
        await server.StopAsync(Patience);
        return 0;
    }

    /// <summary>The settings of a run: what the words say, then the file, then what is usual.</summary>
    public static ServerSettings SettingsOf(Words read, IReadOnlyDictionary<string, string> variables)
    {
        if (read.Value("--from-bundle") is { } bundle)
            return BundleSettingsOf(bundle, read, variables);
        var upstreams = read.Values("--index-url").Select(ParseUrl).ToImmutableArray();
        if (upstreams.Length > 0 && read.Has("--config"))
        {
            throw Words.Unusable(
                "`--index-url` and `--config` cannot be used together",
                "Set the index in the file instead"
            );
        }

        if (upstreams.IsEmpty)
            upstreams = [SafeUrl.Parse(IndexLocation.PublicIndex)];
        var settings = ServerSettings.ForUpstreams("", upstreams);
        if (read.Value("--config") is { } file)
            settings = SettingsFile.Read(Path.GetFullPath(file), settings);
        return WithWords(settings, read) with
        {
            Folder = FolderOf(read, variables, settings.Folder),
            Http = HttpOptions.FromVariables(variables) with { UserAgent = UserAgent },
        };
    }

    /// <summary>The settings for an index of a bundle. Its folder is empty where the words name none: then nothing is to be kept.</summary>
    private static ServerSettings BundleSettingsOf(
        string bundle,
        Words read,
        IReadOnlyDictionary<string, string> variables
    )
    {
        if (read.Has("--index-url") || read.Has("--config"))
        {
            throw Words.Unusable(
                "`--from-bundle` cannot be used together with `--index-url` or `--config`",
                "A bundle is served alone: remove the other option"
            );
        }

        var settings = WithWords(ServerSettings.ForBundle(Path.GetFullPath(bundle)), read);
        return read.Has("--dir") ? settings with { Folder = FolderOf(read, variables, "") } : settings;
    }

    private static ServerSettings WithWords(ServerSettings settings, Words read) =>
        settings with
        {
            Host = read.Value("--host") ?? settings.Host,
            Port = read.Number("--port", 0, 65535) ?? settings.Port,
            WritesAccessLog = settings.WritesAccessLog || read.Has("--access-log"),
        };

    private static string UserAgent { get; } = "krait-server/" + Product.Version;

    private static string FolderOf(Words read, IReadOnlyDictionary<string, string> variables, string configured)
    {
        if (read.Value("--dir") is { Length: > 0 } named)
            return Path.GetFullPath(named);
        if (configured.Length > 0)
            return configured;
        if (variables.GetValueOrDefault("XDG_DATA_HOME") is { Length: > 0 } data && Path.IsPathRooted(data))
            return Path.Join(data, "krait", "server");
        return variables.GetValueOrDefault("HOME") is { Length: > 0 } home
            ? Path.Join(home, ".local", "share", "krait", "server")
            : throw Words.Unusable(
                "no home directory found to store the index in",
                "Choose a directory with `--dir DIR`"
            );
    }

    private static SafeUrl ParseUrl(string text)
    {
        if (!SafeUrl.TryParse(text, out var url, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        return url.IsFile ? throw Words.Unusable($"`{url}` is not an `http` or `https` URL") : url;
    }

    private static async Task WaitAsync(int? starter, CancellationToken cancellationToken)
    {
        try
        {
            if (starter is { } id)
                await OtherProcess.WaitForEndAsync(id, cancellationToken);
            else
                await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It is time to end.
        }
    }
}
