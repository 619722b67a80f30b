using Krait.Server.Tests.Access;
using Krait.Server.Tests.Policy;
using Krait.Server.Tests.Resolving;
using Krait.Server.Tests.Spaces;
using Krait.Server.Tests.Uploads;
using Krait.Server.Tests.Web;

namespace Krait.Server.Tests.Sharing;

/// <summary>What holds for a server with a directory holds for one with a database and an object storage.</summary>
public sealed class SharedUploadTests : UploadTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedAccessTests : AccessTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedIsolationTests : IsolationTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedConfusionTests : ConfusionTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedPolicyTests : PolicyTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedServiceTests : ServiceTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedRememberedAnswerTests : RememberedAnswerTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedRemovedTests : RemovedTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedUpstreamTests : UpstreamTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedConfirmationTests : ConfirmationTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedNameTestsOverDatabase : SharedNameTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedFileTests : FileTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedPageTests : PageTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedSiteTests : SiteTests
{
    protected override bool IsShared => true;
}

/// <inheritdoc/>
public sealed class SharedSiteSafetyTests : SiteSafetyTests
{
    protected override bool IsShared => true;
}
