using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Processes;

namespace Krait.Index.Credentials;

/// <summary>
/// The program `keyring` of the user's `PATH`: asked when a server answers 401, once for each address, first for the index and then for
/// the host. What it answers goes to that origin and to nobody else.
/// </summary>
internal sealed class Keyring(KeyringSettings settings, CredentialStore credentials)
{
    private const string ProgramName = "keyring";

    private readonly SingleFlight<(Origin Origin, string Service, string User), Credential?> answers = new(
        keepResults: true
    );

    /// <summary>Looks for the credential of a request that was refused, and remembers it for its origin.</summary>
    /// <param name="url">What was refused.</param>
    /// <param name="linkedFrom">The index whose page named it, if one did.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there is one now that was not sent yet.</returns>
    public async Task<bool> FindAsync(SafeUrl url, SafeUrl? linkedFrom, CancellationToken cancellationToken)
    {
        var user = (url.Credential ?? linkedFrom?.Credential)?.UserName ?? "";
        if (linkedFrom is not null && linkedFrom.Origin == url.Origin)
        {
            if (await AskAsync(url.Origin, linkedFrom.Canonical, user, cancellationToken) is { } ofIndex)
            {
                credentials.Add(linkedFrom, ofIndex);
                return true;
            }
        }

        if (await AskAsync(url.Origin, HostOf(url), user, cancellationToken) is not { } ofHost)
            return false;
        credentials.AddForOrigin(url, ofHost);
        return true;
    }

    private static string HostOf(SafeUrl url) => url.HasUsualPort ? url.Host : $"{url.Host}:{url.Origin.Port}";

    private Task<Credential?> AskAsync(
        Origin origin,
        string service,
        string user,
        CancellationToken cancellationToken
    ) =>
        answers.RunAsync(
            (origin, service, user),
            (key, token) => RunAsync(key.Service, key.User, token),
            cancellationToken
        );

    private async Task<Credential?> RunAsync(string service, string user, CancellationToken cancellationToken)
    {
        if (ProgramSearch.Find(ProgramName, settings.SearchPath) is not { } program)
        {
            return !settings.IsRequired
                ? null
                : throw new KraitException(
                    new Diagnostic("keyring-missing", $"the program `{ProgramName}` is not in a folder of `PATH`")
                    {
                        Hints =
                        [
                            $"Install it, for example with `pipx install keyring`, or leave {Control.KeyringProvider} out",
                        ],
                    }
                )
                {
                    Kind = FailureKind.UnusableInput,
                };
        }

        string[] who = user.Length > 0 ? [service, user] : [service];
        var answer = await RunAsync(program, ["--mode=creds", "--output=json", "get", .. who], cancellationToken);
        if (answer.ExitCode == 0)
            return Read(answer.Output);
        // Releases before 25.2 know neither option; they need the user's name and answer the password alone.
        if (answer.ExitCode != 2 || user.Length == 0)
            return null;
        answer = await RunAsync(program, ["get", service, user], cancellationToken);
        var password = answer.Output.TrimEnd('\r', '\n');
        return answer.ExitCode == 0 && password.Length > 0 ? new Credential(user, password) : null;
    }

    private Task<SubprocessResult> RunAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        new Subprocess(program) { Arguments = [.. arguments], Limit = settings.Limit }.RunAsync(
            lines: null,
            cancellationToken
        );

    /// <summary>Reads `{"username": …, "password": …}`; anything else is no answer.</summary>
    private static Credential? Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return
                json.RootElement.ValueKind is JsonValueKind.Object
                && TryText(json.RootElement, "username", out var user)
                && TryText(json.RootElement, "password", out var password)
                ? new Credential(user, password)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryText(JsonElement json, string name, out string text)
    {
        text =
            json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                ? value.GetString() ?? ""
                : "";
        return text.Length > 0;
    }
}
