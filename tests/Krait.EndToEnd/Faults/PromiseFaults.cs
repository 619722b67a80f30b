using System.Text;
using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>Files that are not what an index, a requirements file or a person promised.</summary>
internal static class PromiseFaults
{
    private const string Install = "pip install --python {venv} --index-url {index} demo";
    private const string FileName = "demo-1.0-py3-none-any.whl";
    private const string NoHash = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>All of them.</summary>
    public static readonly Fault[] All =
    [
        new(
            "a wheel with another hash than the index says",
            Install,
            1,
            FileName,
            "expected sha256:",
            "received sha256:"
        )
        {
            Serve = index =>
                index.Add("demo", "1.0").On(FakeIndex.FilePath(FileName), _ => new FakeReply(200, Changed(index))),
            Mend = index => index.On(FakeIndex.FilePath(FileName), _ => null),
        },
        new(
            "a wheel with another hash than the requirements say",
            "pip install --python {venv} --index-url {index} -r r.txt",
            1,
            "demo",
            "required hashes"
        )
        {
            Files = { ["r.txt"] = $"demo==1.0 --hash=sha256:{NoHash}\n" },
            Serve = index => index.Add("demo", "1.0"),
        },
        new(
            "a pinned wheel with another hash than the requirements say",
            "pip sync --python {venv} --index-url {index} r.txt",
            1,
            "demo",
            "sha256:0000"
        )
        {
            Files = { ["r.txt"] = $"demo==1.0 --hash=sha256:{NoHash}\n" },
            Serve = index => index.Add("demo", "1.0"),
        },
        new(
            "a direct URL with another hash",
            $"pip install --python {{venv}} {{files}}/{FileName}#sha256={NoHash}",
            1,
            FileName,
            "sha256:0000"
        )
        {
            Serve = index => index.Add("demo", "1.0"),
        },
        new(
            "a requirement without a hash where all need one",
            "pip install --python {venv} --index-url {index} --require-hashes -r r.txt",
            2,
            "demo",
            "hash"
        )
        {
            Files = { ["r.txt"] = "demo==1.0\n" },
            Serve = index => index.Add("demo", "1.0"),
        },
        new("a wheel shorter than the index says", Install, 1, FileName)
        {
            Serve = index =>
            {
                index.HasHashes = false;
                index
                    .Add("demo", "1.0")
                    .On(FakeIndex.FilePath(FileName), _ => new FakeReply(200, index.Content(FileName)[..^40]));
            },
            Mend = index => index.On(FakeIndex.FilePath(FileName), _ => null),
        },
        new("metadata with another hash than the index says", Install, 1, FileName, "metadata", "expected sha256:")
        {
            Serve = index =>
                index
                    .Add("demo", "1.0")
                    .On(
                        FakeIndex.FilePath(FileName + ".metadata"),
                        _ => new FakeReply(200, "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nSummary: x\n\n")
                    ),
            Mend = index => index.On(FakeIndex.FilePath(FileName + ".metadata"), _ => null),
        },
        Beside("metadata about another project", "Name: other\nVersion: 1.0\n", "other"),
        Beside("metadata about another version", "Name: demo\nVersion: 2.0\n", "2.0"),
        Beside("metadata that cannot be read", "nothing of use\n", "demo"),
        Beside(
            "metadata with fewer dependencies than the wheel",
            "Name: demo\nVersion: 1.0\n",
            "Requires-Dist",
            "helper"
        ),
        Beside(
            "metadata with other Python versions than the wheel",
            "Name: demo\nVersion: 1.0\nRequires-Python: >=3.5\nRequires-Dist: helper\n",
            "Requires-Python"
        ),
        Beside(
            "metadata with other extras than the wheel",
            "Name: demo\nVersion: 1.0\nRequires-Dist: helper\nProvides-Extra: more\n",
            "Provides-Extra"
        ),
        new("a source distribution that is not an archive", Install, 1, "demo", "gzip")
        {
            Serve = index => index.AddFile("demo", "demo-1.0.tar.gz", "x"u8.ToArray()),
            Mend = index => index.Add("demo", "1.0"),
        },
        new("wheels for other platforms only", Install, 1, "demo", "win_amd64")
        {
            Serve = index => index.Add(new WheelBuilder("demo", "1.0") { Tags = "cp312-cp312-win_amd64" }),
            Mend = index => index.Add("demo", "1.0"),
        },
        new("a wheel for a later Python only", Install, 1, "demo", ">=3.99")
        {
            Serve = index => index.Add(new WheelBuilder("demo", "1.0") { RequiresPython = ">=3.99" }),
            Mend = index => index.Add("demo", "0.9"),
        },
        new("versions that were all withdrawn", Install, 1, "demo", "yanked")
        {
            Serve = index => index.Add(new WheelBuilder("demo", "1.0"), yanked: "broken"),
            Mend = index => index.Add("demo", "0.9"),
        },
        new(
            "a version that does not exist",
            "pip install --python {venv} --index-url {index} demo>=2",
            1,
            "demo",
            "1.0"
        )
        {
            Serve = index => index.Add("demo", "1.0"),
            Mend = index => index.Add("demo", "2.0"),
        },
        new("a dependency that does not exist", Install, 1, "demo", "helper", "not found")
        {
            Serve = index => index.Add("demo", "1.0", "helper"),
            Mend = index => index.Add("helper", "1.0"),
        },
        new(
            "requirements that exclude each other",
            "pip install --python {venv} --index-url {index} demo other",
            1,
            "demo",
            "other",
            "helper"
        )
        {
            Serve = index =>
                index
                    .Add("demo", "1.0", "helper<2")
                    .Add("other", "1.0", "helper>=2")
                    .Add("helper", "1.0")
                    .Add("helper", "2.0"),
            Mend = index => index.Add("other", "1.1", "helper"),
        },
        new("a page that names a file of this machine", Install, 1, "/etc/passwd")
        {
            Serve = index =>
            {
                index.Add("demo", "1.0");
                index.On(
                    FakeIndex.PagePath("demo"),
                    _ => new FakeReply(
                        200,
                        $$$"""{"meta":{"api-version":"1.1"},"name":"demo","files":[{"filename":"{{{FileName}}}","url":"file:///etc/passwd","hashes":{}}]}""",
                        ("Content-Type", "application/vnd.pypi.simple.v1+json")
                    )
                );
            },
            Mend = index => index.On(FakeIndex.PagePath("demo"), _ => null),
        },
        new(
            "a direct URL to another project than it is asked as",
            $"pip install --python {{venv}} other@{{files}}/{FileName}",
            1,
            "demo",
            "other"
        )
        {
            Serve = index => index.Add("demo", "1.0"),
        },
        new(
            "a direct URL of a source distribution that is not an archive",
            "pip install --python {venv} {files}/demo-1.0.tar.gz",
            1,
            "demo-1.0.tar.gz",
            "gzip"
        )
        {
            Serve = index => index.AddFile("demo", "demo-1.0.tar.gz", "x"u8.ToArray()),
        },
        new("a wheel file that is missing", $"pip install --python {{venv}} ./{FileName}", 2, FileName),
        new("a wheel file that is empty", $"pip install --python {{venv}} ./{FileName}", 1, FileName, "ZIP")
        {
            Files = { [FileName] = "" },
        },
        new("a wheel file with a name that is none", "pip install --python {venv} ./demo.whl", 2, "demo.whl")
        {
            Files = { ["demo.whl"] = "x" },
        },
        new(
            "a folder of links that is missing",
            "pip install --python {venv} --no-index --find-links ./wheels demo",
            1,
            "wheels"
        ),
    ];

    /// <summary>A metadata file beside the wheel that says something else than the wheel's own.</summary>
    private static Fault Beside(string name, string metadata, params string[] says) =>
        new(name, Install, 1, says)
        {
            Serve = index =>
            {
                var wheel = new WheelBuilder("demo", "1.0").Requires("helper");
                index.Add("helper", "1.0");
                index.AddFile(
                    "demo",
                    FileName,
                    wheel.Build(),
                    Encoding.UTF8.GetBytes("Metadata-Version: 2.1\n" + metadata + "\n")
                );
            },
            Mend = index => index.Add("demo", "1.0", "helper"),
        };

    private static byte[] Changed(FakeIndex index)
    {
        var content = (byte[])index.Content(FileName).Clone();
        content[50] ^= 1;
        return content;
    }
}
