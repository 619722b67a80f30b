using System.Collections.Immutable;

namespace Krait.Projects.Scaffolding;

/// <summary>The files of a project that starts with an extension module, in Rust or in C++.</summary>
internal static class ExtensionTemplate
{
    private const string CMake = """
        cmake_minimum_required(VERSION 3.15...4.0)
        project(${SKBUILD_PROJECT_NAME} LANGUAGES CXX)

        find_package(pybind11 CONFIG REQUIRED)

        pybind11_add_module(_core MODULE src/main.cpp)
        install(TARGETS _core DESTINATION ${SKBUILD_PROJECT_NAME})

        """;

    /// <summary>The files besides the manifest.</summary>
    public static ImmutableArray<ScaffoldFile> Create(ScaffoldRequest request, string greeting)
    {
        var folder = $"src/{request.Module}";
        ImmutableArray<ScaffoldFile> python =
        [
            new($"{folder}/__init__.py", PythonModule(request)),
            new($"{folder}/_core.pyi", "def hello_from_bin() -> str: ...\n"),
        ];
        return request.Backend!.Name is "maturin" // a project with an extension has a backend
            ? [.. python, new("Cargo.toml", Cargo(request)), new("src/lib.rs", Rust(greeting))]
            : [.. python, new("CMakeLists.txt", CMake), new("src/main.cpp", Cpp(greeting))];
    }

    private static string PythonModule(ScaffoldRequest request) =>
        request.IsLibrary
            ? $"""
                from {request.Module}._core import hello_from_bin


                def hello() -> str:
                    return hello_from_bin()

                """
            : $"""
                from {request.Module}._core import hello_from_bin


                def main() -> None:
                    print(hello_from_bin())

                """;

    private static string Cargo(ScaffoldRequest request) =>
        $$"""
            [package]
            name = "{{request.Module}}"
            version = "0.1.0"
            edition = "2021"

            [lib]
            name = "_core"
            # Python imports a shared library.
            crate-type = ["cdylib"]

            [dependencies]
            # Not linked to libpython, and one build for all versions of Python from 3.9.
            pyo3 = { version = "0.25", features = ["extension-module", "abi3-py39"] }

            """;

    private static string Rust(string greeting) =>
        $$"""
            use pyo3::prelude::*;

            #[pyfunction]
            fn hello_from_bin() -> String {
                "{{greeting}}".to_string()
            }

            /// The extension module; its name is that of the library in Cargo.toml.
            #[pymodule]
            fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
                module.add_function(wrap_pyfunction!(hello_from_bin, module)?)
            }

            """;

    private static string Cpp(string greeting) =>
        $$"""
            #include <pybind11/pybind11.h>

            #include <string>

            std::string hello_from_bin() { return "{{greeting}}"; }

            PYBIND11_MODULE(_core, module) {
              module.doc() = "The extension module";
              module.def("hello_from_bin", &hello_from_bin, "Returns a greeting");
            }

            """;
}
