using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>Disks that are full or may not be written to.</summary>
internal static class DiskFaults
{
    private const string Install = "pip install --python {venv} --index-url {index} demo";

    /// <summary>All of them.</summary>
    public static readonly Fault[] All =
    [
        OnDisk("an environment that may not be written to", $"{ReadOnly("env")}; exec \"$@\"", 1, "env", "read-only"),
        OnDisk("an environment on a full disk", $"{Small("env", "1m")}; exec \"$@\"", 1, "no space is left"),
        OnDisk(
            "a cache on a full disk",
            $"mkdir -p ../cache; chmod 700 ../cache; {Small("../cache", "1m")}; exec \"$@\"",
            1,
            "/cache",
            "no space is left"
        ),
        OnDisk("files that may not grow large", "ulimit -f 512; exec \"$@\"", 1, "/cache", "too large"),
        OnDisk("too few open files", Files(12, taken: 0), 1, "no more than 12 files", "ulimit"),
        OnDisk("files that are all taken", Files(64, taken: 59), 1, "cannot start", "open files"),
        new(
            "an environment that is to be made where nothing may be written",
            "venv --python {base} new",
            1,
            "/project/",
            "read-only"
        )
        {
            Around = $"{ReadOnly(".")}; cd .; exec \"$@\"",
        },
        new(
            "an environment that is to be made on a full disk",
            "venv --python {base} disk/new",
            1,
            "/project/disk/",
            "no space is left"
        )
        {
            Files = { ["disk/x"] = "" },
            Around = $"{Small("disk", "4k")}; exec \"$@\"",
        },
        new(
            "a folder for temporary files that is missing",
            "pip list --python {venv} --no-cache",
            1,
            "`/missing/scratch/`",
            "no such file or directory"
        )
        {
            Variables = { ["TMPDIR"] = "/missing/scratch" },
        },
        new(
            "a compiled file where nothing may be written",
            "pip compile --index-url {index} -o out/r.txt a.in",
            1,
            "out/r.txt",
            "read-only"
        )
        {
            Files = { ["a.in"] = "demo\n", ["out/x"] = "" },
            Serve = index => index.Add("demo", "1.0"),
            Around = $"{ReadOnly("out")}; exec \"$@\"",
        },
        new("a result on a full disk", "pip compile --index-url {index} a.in", 1, "standard output", "no space is left")
        {
            Files = { ["a.in"] = "demo\n", ["out/x"] = "" },
            Serve = index => index.Add("demo", "1.0"),
            Around =
                "mount -t tmpfs -o size=4k none out; head -c 4096 /dev/zero >out/other || :; exec \"$@\" >out/result",
        },
    ];

    /// <summary>So many files may be open, and so many are, whatever files the test run itself was started with.</summary>
    private static string Files(int limit, int taken) =>
        "exec bash -c 'for ((n = 3; n < 256; n++)); do eval \"exec $n>&-\"; done; "
        + $"for ((n = 3; n < {3 + taken}; n++)); do eval \"exec $n</dev/null\"; done; "
        + $"ulimit -n {limit}; exec \"$@\"' sh \"$@\"";

    private static Fault OnDisk(string name, string around, int exitCode, params string[] says) =>
        new(name, Install, exitCode, says)
        {
            Serve = index =>
                index.Add(
                    new WheelBuilder("demo", "1.0")
                        .File("demo/__init__.py", new byte[3 << 20])
                        .File("demo/noise", Noise)
                ),
            Around = around,
        };

    /// <summary>A folder becomes read-only, for this process and its children.</summary>
    private static string ReadOnly(string folder) =>
        $"mount --bind {folder} {folder}; mount -o remount,ro,bind {folder}";

    /// <summary>A folder moves to a disk of its own that has so much room.</summary>
    private static string Small(string folder, string size) =>
        $"cp -a {folder} {folder}.copy; mount -t tmpfs -o size={size},mode=700 none {folder}; cp -a {folder}.copy/. {folder}; rm -r {folder}.copy";

    /// <summary>Two megabytes that compress to two megabytes.</summary>
    private static byte[] Noise
    {
        get
        {
            var bytes = new byte[2 << 20];
#pragma warning disable CA5394 // nothing secret
            new Random(1).NextBytes(bytes);
#pragma warning restore CA5394
            return bytes;
        }
    }
}
