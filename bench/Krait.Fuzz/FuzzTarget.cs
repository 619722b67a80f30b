using System.Text;

namespace Krait.Fuzz;

/// <summary>Something that reads bytes from outside: what it must do with any input, and inputs to start from.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Run">Reads one input; throws if Krait breaks a promise.</param>
/// <param name="Seeds">Valid inputs that reach different code.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run, params byte[][] Seeds)
{
    /// <summary>A target that reads text; bytes that are not UTF-8 are replaced, as they never reach it.</summary>
    public static FuzzTarget OfText(string name, Action<string> run, params string[] seeds) =>
        new(name, bytes => run(Encoding.UTF8.GetString(bytes)), [.. seeds.Select(Encoding.UTF8.GetBytes)]);
}
