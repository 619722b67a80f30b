using System.Globalization;
using System.Text;
using Krait.Testing.Archives;

namespace Krait.Build.Tests;

/// <summary>A project with a backend of its own, so that no index is needed to build it.</summary>
internal sealed record SdistFiles(string Name = "demo", string Version = "1.0")
{
    /// <summary>A backend that makes a wheel with one module, on any Python from 3.6 on.</summary>
    public const string Backend = """
        import os
        import zipfile

        NAME, VERSION = "@NAME@", "@VERSION@"
        REQUIRES = [@REQUIRES@]


        def metadata():
            lines = ["Metadata-Version: 2.1", "Name: " + NAME, "Version: " + VERSION]
            lines += ["Requires-Dist: " + item for item in REQUIRES]
            return "\n".join(lines) + "\n"


        def write_wheel(folder, name=NAME, version=VERSION, tag="py3-none-any", text=None, inner=None, stated=None):
            file = "%s-%s-%s.whl" % (name, version, tag)
            info = inner or "%s-%s.dist-info" % (name, version)
            with zipfile.ZipFile(os.path.join(folder, file), "w") as wheel:
                wheel.writestr("%s.py" % NAME, "value = 1\n")
                wheel.writestr(info + "/METADATA", text or metadata())
                wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: %s\n" % (stated or tag))
                wheel.writestr(info + "/RECORD", "")
            return file


        def count(what):
            path = os.environ.get("DEMO_COUNT")
            if path:
                with open(path, "a") as file:
                    file.write(what + "\n")


        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
            count("build_wheel")
            return write_wheel(wheel_directory)


        """;

    /// <summary>What stands below the backend above, and may replace its functions.</summary>
    public string Code { get; init; } = "";

    public string Requires { get; init; } = "";

    public string PyProject { get; init; } =
        "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";

    public IReadOnlyDictionary<string, string> Others { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public string BackendText =>
        Backend
            .Replace("@NAME@", Name, StringComparison.Ordinal)
            .Replace("@VERSION@", Version, StringComparison.Ordinal)
            .Replace("@REQUIRES@", Requires, StringComparison.Ordinal) + Code;

    public byte[] Pack()
    {
        var root = string.Create(CultureInfo.InvariantCulture, $"{Name}-{Version}");
        var members = Files().Select(file => ForgedMember.File($"{root}/{file.Key}", file.Value));
        return new TarForge([.. members]).BuildGzip();
    }

    public void WriteTo(string folder)
    {
        foreach (var (path, text) in Files())
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // below the folder
            File.WriteAllText(target, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
    }

    private Dictionary<string, string> Files()
    {
        var files = new Dictionary<string, string>(Others, StringComparer.Ordinal);
        files.TryAdd("backend.py", BackendText);
        if (PyProject.Length > 0)
            files.TryAdd("pyproject.toml", PyProject);
        return files;
    }
}
