using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`pip freeze -r FILE`: what is installed in the order of requirements files, whose comments and options stay, then the rest.</summary>
internal static class FreezeLikeFiles
{
    /// <summary>Writes the result.</summary>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public static void Write(
        KraitContext context,
        IEnumerable<string> files,
        List<InstalledPackage> packages,
        Func<InstalledPackage, string> lineOf
    )
    {
        var rest = packages.ToList();
        var written = new HashSet<PackageName>();
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file, context.WorkingFolder);
            if (PlainFile.TryRead(path, out var text) != FileError.None)
                throw new UsageException($"cannot read `{file}`");
            foreach (var line in text.TrimEnd('\n').Split('\n'))
                WriteLine(context, file, line.TrimEnd(), (packages, lineOf), rest, written);
        }

        context.Terminal.WriteResult("## The following requirements were added by pip freeze:");
        foreach (var package in rest)
            context.Terminal.WriteExact(lineOf(package) + "\n");
    }

    private static void WriteLine(
        KraitContext context,
        string file,
        string line,
        (List<InstalledPackage> Packages, Func<InstalledPackage, string> LineOf) installed,
        List<InstalledPackage> rest,
        HashSet<PackageName> written
    )
    {
        var content = line.Trim();
        if (content.Length == 0 || content[0] is '#' || (content[0] is '-' && !IsEditable(content)))
        {
            context.Terminal.WriteExact(line + "\n");
            return;
        }

        if (NameOf(content, file, context) is not { } name)
        {
            Warn(context, $"`{content}` in `{file}` names no package, and is left out");
            return;
        }

        if (installed.Packages.Find(package => package.Name == name) is not { } found)
        {
            Warn(context, $"`{name}` in `{file}` is not installed");
            return;
        }

        if (!written.Add(name))
            return;
        context.Terminal.WriteExact(installed.LineOf(found) + "\n");
        rest.Remove(found);
    }

    private static bool IsEditable(string line) =>
        line.StartsWith("-e", StringComparison.Ordinal) || line.StartsWith("--editable", StringComparison.Ordinal);

    private static PackageName? NameOf(string line, string file, KraitContext context)
    {
        var (lines, _) = RequirementsFileParser.Parse(line, file, isConstraints: false, context.Variables);
        if (lines is not [RequirementsLine.Requested requested])
            return null;
        if (!RequestedTarget.TryParse(requested, out var target, out _))
            return null;
        return target switch
        {
            RequestedTarget.Named named => named.Requirement.Name,
            RequestedTarget.Unnamed unnamed => unnamed.Name,
            _ => null,
        };
    }

    private static void Warn(KraitContext context, string message) =>
        DiagnosticRenderer.WriteWarning(context.Terminal, new Diagnostic("freeze-file", message));
}
