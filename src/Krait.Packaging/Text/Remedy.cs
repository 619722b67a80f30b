using System.Runtime.CompilerServices;
using System.Text;

namespace Krait.Packaging.Text;

/// <summary>
/// What a reader can do next, one sentence. Options, variables and commands stand in it as values (<see cref="Control"/>): each front end
/// has its own names for them, and leaves out a sentence that needs one that it does not have. Written as an interpolated string:
/// `$"Run once without {Control.Offline}"`; a plain string is a sentence that holds everywhere.
/// </summary>
[InterpolatedStringHandler]
public sealed class Remedy : IEquatable<Remedy>
{
    private readonly List<Part> parts = [];

    /// <summary>An empty sentence, for the compiler to fill.</summary>
    /// <param name="literalLength">The length of what is written between the holes.</param>
    /// <param name="formattedCount">The number of holes.</param>
    public Remedy(int literalLength, int formattedCount) => _ = (literalLength, formattedCount);

    /// <summary>A sentence that names nothing of a front end.</summary>
    public static implicit operator Remedy(string text) => FromString(text);

    /// <summary>A sentence that names nothing of a front end.</summary>
    public static Remedy FromString(string text)
    {
        var remedy = new Remedy(text.Length, 0);
        remedy.AppendLiteral(text);
        return remedy;
    }

    /// <summary>A sentence with controls, where the compiler would make a string of it.</summary>
    public static Remedy Of(Remedy sentence) => sentence;

    /// <summary>Adds what is written between the holes.</summary>
    public void AppendLiteral(string value) => AddText(value);

    /// <summary>Adds a text.</summary>
    public void AppendFormatted(string? value) => AddText(value);

    /// <summary>Adds a value as it writes itself.</summary>
    public void AppendFormatted<T>(T value) => AddText(value?.ToString());

    /// <summary>Adds a control.</summary>
    public void AppendFormatted(Control control) => Add(control.Use);

    /// <summary>Adds a sentence to a sentence.</summary>
    public void AppendFormatted(Remedy other)
    {
        foreach (var part in other.parts)
        {
            if (part.Use is { } use)
                Add(use);
            else
                AddText(part.Text);
        }
    }

    /// <summary>The sentence in the words of a front end; null where it has none for one of the controls.</summary>
    /// <param name="nameOf">What the front end calls a control, with its quotes; null where it has no such thing.</param>
    public string? Say(Func<ControlUse, string?> nameOf)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if ((part.Use is { } use ? nameOf(use) : part.Text) is not { } words)
                return null;
            text.Append(words);
        }

        return text.ToString();
    }

    /// <summary>The sentence with the credentials of its URLs masked.</summary>
    public Remedy Redacted()
    {
        var masked = new Remedy(0, 0);
        foreach (var part in parts)
        {
            if (part.Use is { } use)
                masked.Add(use.Argument is { } argument ? use with { Argument = UrlRedaction.Apply(argument) } : use);
            else
                masked.AppendLiteral(UrlRedaction.Apply(part.Text));
        }

        return masked;
    }

    /// <inheritdoc/>
    public bool Equals(Remedy? other) => other is not null && parts.SequenceEqual(other.parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Remedy);

    /// <inheritdoc/>
    public override int GetHashCode() => parts.Aggregate(0, HashCode.Combine);

    /// <summary>The sentence with the controls by their names in the code, for logs and tests.</summary>
    public override string ToString() => string.Concat(parts.Select(part => part.Use?.ToString() ?? part.Text));

    private void Add(ControlUse use) => parts.Add(new Part("", use));

    /// <summary>Texts that follow each other are one: a URL may be put together of several.</summary>
    private void AddText(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        if (parts is [.., { Use: null } last])
            parts[^1] = last with { Text = last.Text + text };
        else
            parts.Add(new Part(text, Use: null));
    }

    private readonly record struct Part(string Text, ControlUse? Use);
}
