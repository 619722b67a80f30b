namespace Krait.EndToEnd.Faults;

/// <summary>Disks.</summary>
public sealed class BadDiskTests(RecordedIndex recorded) : FaultTests(recorded)
{
    public static TheoryData<string> Names => NamesOf(DiskFaults.All);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Is_answered_with_one_clear_message(string name) => PlayAsync(DiskFaults.All, name);
}
