namespace Krait.Environments.Interpreters;

/// <summary>The implementations of Python that a request can name.</summary>
public enum PythonImplementation
{
    /// <summary>The reference implementation (`cpython`, `cp`).</summary>
    CPython,

    /// <summary>PyPy (`pypy`, `pp`).</summary>
    PyPy,

    /// <summary>GraalPy (`graalpy`, `gp`).</summary>
    GraalPy,

    /// <summary>Pyodide (`pyodide`).</summary>
    Pyodide,
}
