namespace Krait.EndToEnd;

/// <summary>What the tests find on the machine: the checkout, the recorded index beside it, interpreters.</summary>
internal static class Machine
{
    /// <summary>The checkout's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The published executable.</summary>
    public static string Krait { get; } =
        Environment.GetEnvironmentVariable("KRAIT_EXECUTABLE") ?? Path.Combine(Root, "artifacts", "krait");

    /// <summary>The folder with the recorded index and the acceptance suites, or null where it is not there.</summary>
    public static string? Shared { get; } =
        Path.GetFullPath(Path.Combine(Root, "..", "shared")) is var path && Directory.Exists(path) ? path : null;

    /// <summary>The path of an interpreter of this version, or null.</summary>
    /// <param name="version">Major and minor version (`3.12`).</param>
    public static string? Python(string version)
    {
        var versions = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ".pyenv",
            "versions"
        );
        var installed = Directory.Exists(versions) ? Directory.GetDirectories(versions, version + ".*") : [];
        var candidates = installed
            .Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "bin", "python"));
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, $"python{version}"));
        return candidates.Concat(path).FirstOrDefault(File.Exists);
    }

    /// <summary>Skips the test, with this reason, where the recorded index is not beside the checkout.</summary>
    public static string RequireShared()
    {
        Assert.SkipWhen(Shared is null, "the recorded index (../shared) is not beside this checkout");
        return Shared!; // checked by the line above
    }

    /// <summary>Skips the test where this interpreter is not installed.</summary>
    public static string RequirePython(string version)
    {
        var python = Python(version);
        Assert.SkipWhen(python is null, $"Python {version} is not installed");
        return python!; // checked by the line above
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Krait.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside a checkout");
    }
}
