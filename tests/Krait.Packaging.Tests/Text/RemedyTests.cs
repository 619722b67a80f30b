using Krait.Packaging.Text;

namespace Krait.Packaging.Tests.Text;

public sealed class RemedyTests
{
    [Fact]
    public void A_front_end_puts_in_its_own_names() =>
        Assert.Equal(
            "Run without <Offline>, or use <Python 3.12>",
            Remedy.Of($"Run without {Control.Offline}, or use {Control.Python.With("3.12")}").Say(Name)
        );

    [Fact]
    public void A_front_end_without_a_name_leaves_the_sentence_out() =>
        Assert.Null(Remedy.Of($"Run without {Control.Offline}").Say(_ => null));

    [Fact]
    public void A_plain_string_is_said_by_everyone() => Assert.Equal("Try again", ((Remedy)"Try again").Say(_ => null));

    [Fact]
    public void Remedies_with_the_same_words_are_equal()
    {
        static Remedy Make(int number) => $"Take {number}, or {Control.Python.With("3.12")}";
        Assert.Equal(Make(1), Make(1));
        Assert.Equal(Make(1).GetHashCode(), Make(1).GetHashCode());
        Assert.NotEqual(Make(1), Make(2));
        Assert.NotEqual(Remedy.Of($"Use {Control.Python}"), Remedy.Of($"Use {Control.Offline}"));
    }

    [Fact]
    public void A_sentence_within_a_sentence_keeps_its_controls()
    {
        Remedy inner = $"run without {Control.Offline}";
        Assert.Equal("Wait, or run without <Offline> again", Remedy.Of($"Wait, or {inner} again").Say(Name));
    }

    [Fact]
    public void Credentials_are_masked_in_text_and_in_values()
    {
        const string Url = "https://user:secret@example.org/";
        var diagnostic = new Diagnostic("code", "message")
        {
            Hints = [$"Try {"https"}://user:secret@example.org/ or {Control.TrustedHost.With(Url)}"],
        };
        var said = diagnostic.Hints[0].Say(Name);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        Assert.Equal(2, said!.Split("****").Length - 1);
    }

    private static string Name(ControlUse use) =>
        use.Argument is null ? $"<{use.Kind}>" : $"<{use.Kind} {use.Argument}>";
}
