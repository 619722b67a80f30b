namespace Krait.EndToEnd.Faults;

/// <summary>The page of messages.</summary>
public sealed class MessagesPageTests
{
    [Fact]
    public void Holds_every_fault_once_in_order_and_nothing_else()
    {
        var names = MessagesPage.Chapters.SelectMany(chapter => chapter.Faults).Select(fault => fault.Name).ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.True(
            string.Equals(MessagesPage.Write(), MessagesPage.Text, StringComparison.Ordinal),
            MessagesPage.Renewal
        );
    }

    [Fact]
    public void Names_no_place_of_a_machine() =>
        Assert.DoesNotMatch("(/tmp/|/root|/home/(?!you)|127\\.0\\.0\\.1:(?!9\\b))", MessagesPage.Text);
}
