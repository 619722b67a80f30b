namespace Krait.EndToEnd.Faults;

/// <summary>Hostile and broken archives.</summary>
public sealed class BadArchiveTests(RecordedIndex recorded) : FaultTests(recorded)
{
    public static TheoryData<string> Names => NamesOf(ArchiveFaults.All);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Is_answered_with_one_clear_message(string name) => PlayAsync(ArchiveFaults.All, name);
}
