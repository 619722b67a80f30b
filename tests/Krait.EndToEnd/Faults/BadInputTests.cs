namespace Krait.EndToEnd.Faults;

/// <summary>What a person types and writes.</summary>
public sealed class BadInputTests(RecordedIndex recorded) : FaultTests(recorded)
{
    private static IEnumerable<Fault> Faults =>
        [.. InputFaults.CommandLine, .. InputFaults.Files, .. InputFaults.Surroundings];

    public static TheoryData<string> Names => NamesOf(Faults);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Is_answered_with_one_clear_message(string name) => PlayAsync(Faults, name);
}
