using System.Collections.Immutable;

namespace Krait.Projects.Scaffolding;

/// <summary>A build backend that a new project can start with.</summary>
/// <param name="Name">What users call it.</param>
/// <param name="Package">The package that holds it, by which users call it, too.</param>
/// <param name="Requirements">What the build needs.</param>
/// <param name="Module">The object that builds.</param>
public sealed record BuildBackend(string Name, string Package, ImmutableArray<string> Requirements, string Module)
{
    /// <summary>The one that is taken where none is named.</summary>
    public static BuildBackend Default => All[0];

    /// <summary>All of them.</summary>
    public static ImmutableArray<BuildBackend> All { get; } =
    [
        new("hatch", "hatchling", ["hatchling"], "hatchling.build"),
        new("flit", "flit-core", ["flit_core>=3.2,<4"], "flit_core.buildapi"),
        new("pdm", "pdm-backend", ["pdm-backend"], "pdm.backend"),
        new("poetry", "poetry-core", ["poetry-core>=2,<3"], "poetry.core.masonry.api"),
        new("setuptools", "setuptools", ["setuptools>=61"], "setuptools.build_meta"),
        new("uv", "uv-build", ["uv_build>=0.9,<0.14"], "uv_build"),
        new("maturin", "maturin", ["maturin>=1.0,<2.0"], "maturin"),
        new("scikit", "scikit-build-core", ["scikit-build-core>=0.10", "pybind11"], "scikit_build_core.build"),
    ];

    /// <summary>Whether it compiles, so that the project starts with an extension module.</summary>
    public bool Compiles => Name is "maturin" or "scikit";

    /// <summary>The backend of a name; null where there is none.</summary>
    public static BuildBackend? Find(string name) => All.FirstOrDefault(backend => backend.IsCalled(name));

    private bool IsCalled(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Package, name, StringComparison.OrdinalIgnoreCase);
}
