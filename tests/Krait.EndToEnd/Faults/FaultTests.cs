namespace Krait.EndToEnd.Faults;

/// <summary>Whatever goes wrong: one clear message, the right exit code, an unchanged environment, and no trouble afterwards.</summary>
public abstract class FaultTests(RecordedIndex recorded)
{
    private protected async Task PlayAsync(IEnumerable<Fault> faults, string name)
    {
        using var scene = new FaultScene(faults.Single(fault => fault.Name == name), recorded);
        await scene.PlayAsync();
    }

    private protected static TheoryData<string> NamesOf(IEnumerable<Fault> faults) =>
        [.. faults.Select(fault => fault.Name)];
}
