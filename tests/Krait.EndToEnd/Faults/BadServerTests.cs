namespace Krait.EndToEnd.Faults;

/// <summary>What servers and networks do.</summary>
public sealed class BadServerTests(RecordedIndex recorded) : FaultTests(recorded)
{
    public static TheoryData<string> Names => NamesOf(ServerFaults.All);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Is_answered_with_one_clear_message(string name) => PlayAsync(ServerFaults.All, name);
}
