using Krait.Testing;

namespace Krait.EndToEnd.Building;

/// <summary>An index, a sandbox and a log of what backends were asked for.</summary>
internal sealed class BuildScene : IDisposable
{
    private BuildScene(string python) => Python = python;

    /// <summary>The interpreter.</summary>
    public string Python { get; }

    /// <summary>The index.</summary>
    public FakeIndex Index { get; } = new();

    /// <summary>Where krait runs.</summary>
    public Sandbox Sandbox { get; } = new();

    /// <summary>The file that hooks write to.</summary>
    public string Log => Path.Combine(Sandbox.Home, "hooks.log");

    /// <summary>What backends were asked for, in order.</summary>
    public string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    /// <summary>Makes one, or skips the test where there is no interpreter.</summary>
    public static BuildScene Open() => new(Machine.RequirePython("3.12"));

    /// <summary>A project whose hooks write to the log.</summary>
    public TinyProject Project(string name, string version = "1.0", params string[] requires) =>
        new(name, version) { Log = Log, Requires = requires };

    /// <summary>Puts the source distribution of a project into the index.</summary>
    public void Publish(TinyProject project) => Index.AddFile(project.Name, project.FileName, project.Pack());

    /// <summary>Makes an environment.</summary>
    public Task<string> VenvAsync(string name = ".venv") => Sandbox.VenvAsync(Python, name);

    /// <summary>Runs `krait pip COMMAND` on an environment, with the index.</summary>
    public Task<Run> PipAsync(string venv, string command, params string[] arguments) =>
        Sandbox.KraitAsync(["pip", command, "--python", venv, "--index-url", Index.Url, .. arguments]);

    /// <summary>What `pip freeze` says.</summary>
    public async Task<string[]> FreezeAsync(string venv) =>
        (await Sandbox.KraitAsync("pip", "freeze", "--python", venv))
            .Succeeded()
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The direct_url.json of an installed distribution.</summary>
    public static string Origin(string venv, string description) =>
        File.ReadAllText(
            Path.Combine(venv, "lib", "python3.12", "site-packages", $"{description}.dist-info", "direct_url.json")
        );

    public void Dispose()
    {
        Sandbox.Dispose();
        Index.Dispose();
    }
}
