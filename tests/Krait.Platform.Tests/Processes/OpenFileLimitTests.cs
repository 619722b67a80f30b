using Krait.Platform.Processes;

namespace Krait.Platform.Tests.Processes;

public sealed class OpenFileLimitTests
{
    [Fact]
    public void A_usual_process_has_enough_and_asking_again_changes_nothing()
    {
        var limit = OpenFileLimit.Ensure();
        Assert.True(limit >= OpenFileLimit.Needed);
        Assert.Equal(limit, OpenFileLimit.Ensure());
    }
}
