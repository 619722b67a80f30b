namespace Krait.Server.Load;

/// <summary>A measurement cannot be made, or what is measured does something wrong.</summary>
internal sealed class LoadException(string message) : Exception(message);
