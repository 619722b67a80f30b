namespace Krait.Platform.Locks;

/// <summary>What is waited for.</summary>
/// <param name="Path">The lock file.</param>
/// <param name="Holder">Who holds it (`process 4711: krait sync`), when that can be told.</param>
public sealed record LockWaiting(string Path, string? Holder);
