using System.Net.Sockets;
using Krait.Packaging.Text;
using Krait.Server.Settings;
using Microsoft.AspNetCore.Connections;

namespace Krait.Server;

/// <summary>Why a server cannot listen where it was told to.</summary>
internal static class ListenFailure
{
    /// <summary>What an exception of the web server means; null where it has nothing to do with listening.</summary>
    public static string? ReasonOf(Exception exception) =>
        exception switch
        {
            IOException { InnerException: AddressInUseException } => "the address is in use",
            SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "the address is in use",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
                "no interface of this machine has this address",
            SocketException { SocketErrorCode: SocketError.AccessDenied } => "permission denied",
            SocketException socket => $"the system answered `{socket.SocketErrorCode}`",
            _ => null,
        };

    /// <summary>The error for the user.</summary>
    public static KraitException Describe(ServerSettings settings, string reason, Exception cause) =>
        new(
            new Diagnostic("cannot-listen", $"cannot listen on {settings.Host}:{settings.Port}: {reason}")
            {
                Hints = ["Choose another address with `--host` and `--port`, or stop the program that uses it"],
            },
            cause
        );
}
