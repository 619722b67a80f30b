namespace Krait.EndToEnd.Faults;

/// <summary>Mistakes in what a person types and writes into files.</summary>
internal static class InputFaults
{
    /// <summary>The command line.</summary>
    public static readonly Fault[] CommandLine =
    [
        new("an unknown command", "pip instal flask", 2, "`krait pip instal`", "krait pip install"),
        new("an unknown option", "pip install --pyton 3.12 flask", 2, "`--pyton`", "--python"),
        new("an option without its value", "pip install flask --index-url", 2, "`--index-url` needs a value"),
        new("a value that is no choice", "pip install --resolution newest flask", 2, "`newest`", "highest"),
        new("a flag with a value", "pip install --dry-run=yes flask", 2, "takes no value"),
        new("nothing to install", "pip install --python {venv}", 2, "nothing to install"),
        new("nothing to uninstall", "pip uninstall --python {venv}", 2, "PACKAGE"),
        new("an ambiguous prefix", "pip install --no flask", 2, "`--no` is ambiguous", "--no-deps"),
        new("a boolean variable that is none", "pip install --python {venv} flask", 2, "KRAIT_OFFLINE", "maybe")
        {
            Variables = { ["KRAIT_OFFLINE"] = "maybe" },
        },
        new(
            "an index that is no address",
            "pip install --python {venv} --index-url ftp://files/ flask",
            2,
            "ftp://files/"
        ),
        new("a bad moment", "pip install --python {venv} --exclude-newer yesterdayish flask", 2, "yesterdayish"),
        new("a bad Python version", "pip compile --python-version three a.in", 2, "three")
        {
            Files = { ["a.in"] = "flask\n" },
        },
        new("a bad platform", "pip compile --python-platform amiga a.in", 2, "amiga")
        {
            Files = { ["a.in"] = "flask\n" },
        },
    ];

    /// <summary>Requirements and the files that hold them.</summary>
    public static readonly Fault[] Files =
    [
        // Requirements.
        new("a name that is none", "pip install --python {venv} -- -flask-", 2, "-flask-"),
        new("an operator that is none", "pip install --python {venv} flask=>3", 2, "flask=>3"),
        new("a single equals sign", "pip install --python {venv} flask=3", 2, "flask=3", "=="),
        new("a version that is none", "pip install --python {venv} flask==3..0", 2, "3..0"),
        new("a marker cut short", "pip install --python {venv} flask;python_version>", 2, "marker"),
        new("an unknown marker variable", "pip install --python {venv} flask;python_vers=='3'", 2, "python_vers"),
        new("an extra left open", "pip install --python {venv} flask[async", 2, "flask[async"),
        new("a folder that is no project", "pip install --python {venv} ./empty", 2, "empty")
        {
            Files = { ["empty/readme"] = "" },
        },
        new("an editable path that is none", "pip install --python {venv} -e ./nowhere", 2, "nowhere"),
        // Files.
        new("a requirements file that is missing", "pip install --python {venv} -r missing.txt", 2, "missing.txt"),
        new("a folder as requirements file", "pip install --python {venv} -r folder", 2, "folder")
        {
            Files = { ["folder/x"] = "" },
        },
        new("a requirements file given as package", "pip install --python {venv} r.txt", 2, "-r r.txt")
        {
            Files = { ["r.txt"] = "flask\n" },
        },
        new("two errors in a requirements file", "pip install --python {venv} -r r.txt", 2, "r.txt:1", "r.txt:3")
        {
            Files = { ["r.txt"] = "flask==\nclick\njinja2[\n" },
        },
        new(
            "an unknown option in a requirements file",
            "pip install --python {venv} -r r.txt",
            2,
            "r.txt",
            "--nonsense"
        )
        {
            Files = { ["r.txt"] = "--nonsense yes\n" },
        },
        new("requirements files that include each other", "pip install --python {venv} -r a.txt", 2, "a.txt", "b.txt")
        {
            Files = { ["a.txt"] = "-r b.txt\n", ["b.txt"] = "-r a.txt\n" },
        },
        new("a constraint with an extra", "pip install --python {venv} -c c.txt flask", 2, "c.txt")
        {
            Files = { ["c.txt"] = "flask[async]<3\n" },
        },
        new("a constraints file that is missing", "pip install --python {venv} -c c.txt flask", 2, "c.txt"),
        new("a binary requirements file", "pip install --python {venv} -r r.txt", 2, "r.txt")
        {
            Files = { ["r.txt"] = "\0\u0001\0PK\0\0" },
        },
        new("a hash that is none", "pip install --python {venv} -r r.txt", 2, "r.txt")
        {
            Files = { ["r.txt"] = "flask==3 --hash=sha256:beef\n" },
        },
        new("a TOML error", "pip compile pyproject.toml", 2, "pyproject.toml:2")
        {
            Files = { ["pyproject.toml"] = "[project]\nname = 'a\n" },
        },
        new("a project without a table", "pip compile pyproject.toml", 2, "pyproject.toml", "[project]")
        {
            Files = { ["pyproject.toml"] = "[tool.x]\n" },
        },
        new("a project with a bad dependency", "pip compile pyproject.toml", 2, "pyproject.toml", "fl ask")
        {
            Files = { ["pyproject.toml"] = "[project]\nname = 'a'\nversion = '1'\ndependencies = ['fl ask']\n" },
        },
        new("an extra that the project lacks", "pip compile --extra docs pyproject.toml", 2, "docs")
        {
            Files = { ["pyproject.toml"] = "[project]\nname = 'a'\nversion = '1'\n" },
        },
        new("a group that the project lacks", "pip compile --group docs", 2, "docs")
        {
            Files = { ["pyproject.toml"] = "[project]\nname = 'a'\nversion = '1'\n" },
        },
        new("a lock file that is none", "pip sync --python {venv} pylock.toml", 2, "pylock.toml")
        {
            Files = { ["pylock.toml"] = "lock-version = '1.0'\n" },
        },
        new("two versions of one package", "pip sync --python {venv} r.txt", 2, "flask==2", "flask==3")
        {
            Files = { ["r.txt"] = "flask==2\nflask==3\n" },
        },
        new("nothing to sync", "pip sync --python {venv} r.txt", 2, "r.txt", "--allow-empty-requirements")
        {
            Files = { ["r.txt"] = "" },
        },
        new("an output that is an input", "pip compile a.in -o a.in", 2, "a.in") { Files = { ["a.in"] = "flask\n" } },
    ];

    /// <summary>Interpreters, environments and settings.</summary>
    public static readonly Fault[] Surroundings =
    [
        // Interpreters and environments.
        new("an interpreter that is not there", "pip install --python /nowhere/python flask", 2, "/nowhere/python"),
        new("a version that is not installed", "venv --python 3.99 other", 2, "3.99"),
        new("an interpreter that is none", "pip list --python ./fake", 2, "fake")
        {
            Files = { ["fake"] = "not a program\n" },
        },
        new("an active environment that is gone", "pip list", 2, "/nowhere/venv")
        {
            Variables = { ["VIRTUAL_ENV"] = "/nowhere/venv" },
        },
        new("no environment at all", "pip install flask", 2, "krait venv"),
        new("an environment over a folder with files", "venv full", 2, "full")
        {
            Files = { ["full/thesis.txt"] = "x" },
        },
        new("an environment over a file", "venv taken", 2, "taken") { Files = { ["taken"] = "x" } },
        // The cache and certificates.
        new("a cache that is a file", "pip install --python {venv} --cache-dir taken flask", 2, "taken")
        {
            Files = { ["taken"] = "x" },
        },
        new("certificates that are missing", "pip install --python {venv} --index-url {h2} flask", 2, "/nowhere.pem")
        {
            Variables = { ["SSL_CERT_FILE"] = "/nowhere.pem" },
        },
        new("certificates that are none", "pip install --python {venv} --index-url {h2} flask", 2, "bad.pem")
        {
            Files = { ["bad.pem"] = "hello\n" },
            Variables = { ["SSL_CERT_FILE"] = "bad.pem" },
        },
        // What is installed.
        new("showing what is not there", "pip show --python {venv} flask", 1, "flask"),
        new("asking why of what is not there", "pip why --python {venv} flask", 1, "nothing is installed"),
    ];
}
