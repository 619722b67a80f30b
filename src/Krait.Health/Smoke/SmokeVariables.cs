namespace Krait.Health.Smoke;

/// <summary>The variables of child processes: those of the user, with the environment active.</summary>
internal static class SmokeVariables
{
    /// <summary>The variables for a request.</summary>
    public static Dictionary<string, string> Of(SmokeRequest request)
    {
        var variables = new Dictionary<string, string>(request.Variables, StringComparer.Ordinal);
        variables.Remove("PYTHONHOME");
        variables.Remove("__PYVENV_LAUNCHER__");
        var scripts = request.Environment.Layout.Scripts;
        variables["PATH"] =
            variables.TryGetValue("PATH", out var path) && path.Length > 0
                ? $"{scripts}{Path.PathSeparator}{path}"
                : scripts;
        if (request.Environment.IsVirtual)
            variables["VIRTUAL_ENV"] = request.Environment.Root;
        // Nothing that is only imported needs a window.
        variables.TryAdd("MPLBACKEND", "Agg");
        return variables;
    }
}
