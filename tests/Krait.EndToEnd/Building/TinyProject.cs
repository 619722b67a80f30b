using System.Globalization;
using System.Text;
using Krait.Testing.Archives;

namespace Krait.EndToEnd.Building;

/// <summary>
/// A project with a backend of its own, so that nothing is needed to build it: each call of a hook adds a line to a file, by which tests
/// count builds.
/// </summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
internal sealed record TinyProject(string Name, string Version)
{
    private const string Code = """
        import os
        import zipfile

        NAME, VERSION, REQUIRES, LOG = "@NAME@", "@VERSION@", [@REQUIRES@], "@LOG@"
        INFO = NAME + "-" + VERSION + ".dist-info"


        def note(hook, settings=None):
            with open(LOG, "a") as log:
                log.write(hook + " " + NAME + (" " + repr(settings) if settings else "") + "\n")


        def metadata():
            lines = ["Metadata-Version: 2.1", "Name: " + NAME, "Version: " + VERSION]
            return "\n".join(lines + ["Requires-Dist: " + item for item in REQUIRES]) + "\n"


        def write_wheel(folder, files):
            file = NAME + "-" + VERSION + "-py3-none-any.whl"
            with zipfile.ZipFile(os.path.join(folder, file), "w") as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
                wheel.writestr(INFO + "/METADATA", metadata())
                wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(INFO + "/RECORD", "")
            return file


        def source():
            path = NAME + ".py"
            return open(path).read() if os.path.exists(path) else "version = " + repr(VERSION) + "\n"


        def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
            note("metadata", config_settings)
            os.mkdir(os.path.join(metadata_directory, INFO))
            with open(os.path.join(metadata_directory, INFO, "METADATA"), "w") as file:
                file.write(metadata())
            return INFO


        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
            note("wheel", config_settings)
            return write_wheel(wheel_directory, {NAME + ".py": source()})


        def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
            note("editable", config_settings)
            return write_wheel(wheel_directory, {NAME + "_path.pth": os.getcwd() + "\n"})


        """;

    /// <summary>The file that hooks write to.</summary>
    public required string Log { get; init; }

    /// <summary>What it depends on, as its backend says.</summary>
    public string[] Requires { get; init; } = [];

    /// <summary>What its build needs.</summary>
    public string[] BuildRequires { get; init; } = [];

    /// <summary>What stands below the backend, and may replace its hooks.</summary>
    public string Extra { get; init; } = "";

    /// <summary>What stands behind the build table of its pyproject.toml.</summary>
    public string Tables { get; init; } = "";

    /// <summary>The name of its source distribution.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Name}-{Version}.tar.gz");

    private string Backend =>
        Code.Replace("@NAME@", Name, StringComparison.Ordinal)
            .Replace("@VERSION@", Version, StringComparison.Ordinal)
            .Replace("@LOG@", Log, StringComparison.Ordinal)
            .Replace("@REQUIRES@", Quoted(Requires), StringComparison.Ordinal) + Extra;

    private string PyProject =>
        $"[build-system]\nrequires = [{Quoted(BuildRequires)}]\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n{Tables}";

    /// <summary>Its source distribution.</summary>
    public byte[] Pack()
    {
        var root = string.Create(CultureInfo.InvariantCulture, $"{Name}-{Version}");
        return new TarForge(
            ForgedMember.File($"{root}/backend.py", Backend),
            ForgedMember.File($"{root}/pyproject.toml", PyProject)
        ).BuildGzip();
    }

    /// <summary>Writes it into a folder.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var plain = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        File.WriteAllText(Path.Combine(folder, "backend.py"), Backend, plain);
        File.WriteAllText(Path.Combine(folder, "pyproject.toml"), PyProject, plain);
        return folder;
    }

    private static string Quoted(string[] texts) => string.Join(", ", texts.Select(text => $"\"{text}\""));
}
