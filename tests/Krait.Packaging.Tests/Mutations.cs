using System.Text;

namespace Krait.Packaging.Tests;

/// <summary>Seeded mutations of a text: a parser must answer each of them, never throw.</summary>
internal static class Mutations
{
    private const string Interesting = "\0\t\n\r \"'#\\[]{}(),.:;=<>!~@-_*$&%/0aZé\uFEFF\u2028\U0001F40D";

    /// <summary>Runs an action on many mutations of a seed text.</summary>
    public static void Run(string seed, int count, Action<string> action)
    {
        var random = new Random(20_251_121);
        for (var i = 0; i < count; i++)
            action(Mutate(seed, random));
    }

    /// <summary>Runs an action on many mutations of a seed text, as bytes that need not be UTF-8.</summary>
    public static void RunBytes(ReadOnlySpan<byte> seed, int count, Action<byte[]> action)
    {
        var random = new Random(20_251_122);
        for (var i = 0; i < count; i++)
        {
            var bytes = seed.ToArray();
            for (var n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            action(random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
        }
    }

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var n = random.Next(1, 6); n > 0 && text.Length > 0; n--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, Interesting[random.Next(Interesting.Length)]);
                    break;
                case 2:
                    text[at] = Interesting[random.Next(Interesting.Length)];
                    break;
                case 3:
                    var from = random.Next(seed.Length);
                    text.Insert(at, seed.AsSpan(from, Math.Min(random.Next(1, 30), seed.Length - from)));
                    break;
                default:
                    text.Length = random.Next(3) == 0 ? at : text.Length;
                    break;
            }
        }

        return text.ToString();
    }
}
