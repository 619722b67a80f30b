using System.Text;
using Krait.Testing.Archives;

namespace Krait.Cli.Tests.Commands;

/// <summary>A project with a backend of its own, so that nothing is needed to build it; each hook adds a line to a file.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
internal sealed record SmallProject(string Name, string Version)
{
    private const string Code = """
        import io
        import os
        import tarfile
        import zipfile

        NAME, VERSION, REQUIRES, LOG = "@NAME@", "@VERSION@", [@REQUIRES@], "@LOG@"
        INFO = NAME + "-" + VERSION + ".dist-info"


        def note(hook):
            with open(LOG, "a") as log:
                log.write(hook + " " + NAME + "\n")


        def metadata():
            lines = ["Metadata-Version: 2.1", "Name: " + NAME, "Version: " + VERSION]
            return "\n".join(lines + ["Requires-Dist: " + item for item in REQUIRES]) + "\n"


        def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
            os.mkdir(os.path.join(metadata_directory, INFO))
            with open(os.path.join(metadata_directory, INFO, "METADATA"), "w") as file:
                file.write(metadata())
            return INFO


        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
            note("wheel")
            file = NAME + "-" + VERSION + "-py3-none-any.whl"
            with zipfile.ZipFile(os.path.join(wheel_directory, file), "w") as wheel:
                wheel.writestr(NAME + ".py", "version = " + repr(VERSION) + "\n")
                wheel.writestr(INFO + "/METADATA", metadata())
                wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(INFO + "/RECORD", "")
            return file


        def build_sdist(sdist_directory, config_settings=None):
            note("sdist")
            file = NAME + "-" + VERSION + ".tar.gz"
            with tarfile.open(os.path.join(sdist_directory, file), "w:gz") as sdist:
                for path in ("backend.py", "pyproject.toml"):
                    sdist.add(path, NAME + "-" + VERSION + "/" + path)
            return file


        """;

    /// <summary>The file that hooks write to.</summary>
    public required string Log { get; init; }

    /// <summary>What it depends on.</summary>
    public string[] Requires { get; init; } = [];

    /// <summary>What its build needs.</summary>
    public string[] BuildRequires { get; init; } = [];

    /// <summary>What stands below the backend, and may replace its hooks.</summary>
    public string Extra { get; init; } = "";

    /// <summary>The name of its source distribution.</summary>
    public string FileName => $"{Name}-{Version}.tar.gz";

    private string Backend =>
        Code.Replace("@NAME@", Name, StringComparison.Ordinal)
            .Replace("@VERSION@", Version, StringComparison.Ordinal)
            .Replace("@LOG@", Log, StringComparison.Ordinal)
            .Replace("@REQUIRES@", string.Join(", ", Requires.Select(text => $"\"{text}\"")), StringComparison.Ordinal)
        + Extra;

    private string PyProject =>
        $"[project]\nname = \"{Name}\"\nversion = \"{Version}\"\ndynamic = [\"dependencies\"]\n"
        + $"[build-system]\nrequires = [{string.Join(", ", BuildRequires.Select(text => $"\"{text}\""))}]\n"
        + "build-backend = \"backend\"\nbackend-path = [\".\"]\n";

    /// <summary>Its source distribution.</summary>
    public byte[] Pack() => Pack($"{Name}-{Version}");

    /// <summary>An archive that has the project in a folder.</summary>
    public byte[] Pack(string folder) =>
        new TarForge(
            ForgedMember.File($"{folder}/backend.py", Backend),
            ForgedMember.File($"{folder}/pyproject.toml", PyProject)
        ).BuildGzip();

    /// <summary>Writes it into a folder.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var plain = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        File.WriteAllText(Path.Combine(folder, "backend.py"), Backend, plain);
        File.WriteAllText(Path.Combine(folder, "pyproject.toml"), PyProject, plain);
    }
}
