namespace Krait.EndToEnd.Faults;

/// <summary>Files that are not what was promised.</summary>
public sealed class BrokenPromiseTests(RecordedIndex recorded) : FaultTests(recorded)
{
    public static TheoryData<string> Names => NamesOf(PromiseFaults.All);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Is_answered_with_one_clear_message(string name) => PlayAsync(PromiseFaults.All, name);
}
