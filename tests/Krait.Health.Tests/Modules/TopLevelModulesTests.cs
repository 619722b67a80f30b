using Krait.Health.Modules;

namespace Krait.Health.Tests.Modules;

public sealed class TopLevelModulesTests
{
    [Theory]
    [InlineData("six", "six.py")]
    [InlineData("yaml", "yaml/__init__.py", "yaml/reader.py", "_yaml/sub/data.txt")]
    [InlineData("_cffi_backend", "_cffi_backend.cpython-312-x86_64-linux-gnu.so")]
    [InlineData("fast", "fast/__init__.abi3.so")]
    [InlineData("google.cloud.storage", "google/cloud/storage/__init__.py", "google/cloud/storage/blob.py")]
    [InlineData("backports.tarfile", "backports/tarfile/__init__.py", "backports/tarfile/compat/__init__.py")]
    [InlineData("a,b", "a/__init__.py", "b.py", "a-1.0.dist-info/METADATA", "../../bin/a")]
    [InlineData("old", "old.pyc")]
    [InlineData("", "__editable___app_finder.py", "app.pth", "not-a-name.py", "__pycache__/x.cpython-312.pyc")]
    public void Names_what_files_are_imported_by(string expected, params string[] paths) =>
        Assert.Equal(expected, string.Join(',', TopLevelModules.Of(paths)));
}
