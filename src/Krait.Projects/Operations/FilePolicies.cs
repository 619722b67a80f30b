using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Python;

namespace Krait.Projects.Operations;

/// <summary>Reads pip's rules on wheels and source distributions: lists of packages, `:all:` and `:none:`.</summary>
public static class FilePolicies
{
    private const string All = ":all:";
    private const string None = ":none:";

    /// <summary>Adds rules to a policy.</summary>
    /// <param name="files">The policy so far.</param>
    /// <param name="noBinary">The values of `--no-binary`, in order.</param>
    /// <param name="onlyBinary">The values of `--only-binary`, in order.</param>
    /// <exception cref="KraitException">A name is none (exit code 2).</exception>
    public static FilePolicy Apply(FilePolicy files, IEnumerable<string> noBinary, IEnumerable<string> onlyBinary)
    {
        foreach (var value in noBinary.SelectMany(Split))
            files = ApplyNoBinary(files, value);
        foreach (var value in onlyBinary.SelectMany(Split))
            files = ApplyOnlyBinary(files, value);
        return files;
    }

    private static FilePolicy ApplyNoBinary(FilePolicy files, string value)
    {
        if (value is All or None)
            return files with { NoBinary = value is All, NoBinaryPackages = [] };
        var name = Name(value);
        return files with
        {
            NoBinaryPackages = files.NoBinaryPackages.Add(name),
            BuildPackages = files.BuildPackages.Add(name),
        };
    }

    private static FilePolicy ApplyOnlyBinary(FilePolicy files, string value)
    {
        if (value is All or None)
            return files with { NoBuild = value is All, NoBuildPackages = [] };
        var name = Name(value);
        return files with
        {
            NoBuildPackages = files.NoBuildPackages.Add(name),
            BinaryPackages = files.BinaryPackages.Add(name),
        };
    }

    private static string[] Split(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static PackageName Name(string text) =>
        PackageName.TryParse(text, out var name, out var error)
            ? name
            : throw new KraitException(error) { ExitCode = 2 };
}
