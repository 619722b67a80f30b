using System.Text;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// The requirements that metadata stated last, by their bytes: the releases of a project repeat the same few lines hundreds of times, and
/// a resolver that backtracks reads them all. A slot holds one immutable entry, so threads may race for it without a lock.
/// </summary>
internal static class RequirementCache
{
    private const int Slots = 4096;

    /// <summary>Longer texts are rare and would only push others out.</summary>
    private const int MaximumLength = 256;

    private static readonly Entry?[] Entries = new Entry?[Slots];

    private sealed record Entry(byte[] Text, Requirement Requirement, Diagnostic? Warning);

    /// <summary>Reads a requirement leniently; the error says why it cannot be read.</summary>
    public static Requirement? Read(ReadOnlySpan<byte> utf8, out Diagnostic? warning, out Diagnostic? error)
    {
        error = null;
        ref var slot = ref Entries[(TextHash.Of(utf8) >> 40) & (Slots - 1)];
        if (Volatile.Read(ref slot) is { } entry && utf8.SequenceEqual(entry.Text))
        {
            warning = entry.Warning;
            return entry.Requirement;
        }

        if (
            !Requirement.TryParseLenient(
                Unfold(Encoding.UTF8.GetString(utf8)),
                out var requirement,
                out warning,
                out error
            )
        )
        {
            return null;
        }

        if (utf8.Length <= MaximumLength)
            Volatile.Write(ref slot, new Entry(utf8.ToArray(), requirement, warning));
        return requirement;
    }

    /// <summary>A value on several lines is one text.</summary>
    internal static string Unfold(string text) =>
        text.AsSpan().ContainsAny('\r', '\n') ? text.Replace('\r', ' ').Replace('\n', ' ') : text;
}
