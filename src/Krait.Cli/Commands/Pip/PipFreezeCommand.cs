using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Locations;
using Krait.Packaging.Metadata;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip freeze`: what is installed, as a requirements file.</summary>
internal static class PipFreezeCommand
{
    private static readonly Option All = new(
        "all",
        OptionKind.Flag,
        "Include pip and what installs packages (krait always does)"
    )
    {
        IsHidden = true,
    };

    public static Command Command { get; } =
        new("pip freeze", "List installed packages in requirements format")
        {
            Options = () =>
                [
                    PipOptions.Requirements,
                    InspectionOptions.Exclude,
                    InspectionOptions.ExcludeEditable,
                    InspectionOptions.Path,
                    .. ForeignOptions.Inspection,
                    All,
                    PipOptions.Strict,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (_, packages) = await Inspection.ListAsync(context, arguments, cancellationToken);
        var clones = await EditableClones.FindAsync(context, packages, cancellationToken);
        var files = arguments.Values(PipOptions.Requirements);
        if (files.Count > 0)
        {
            FreezeLikeFiles.Write(context, files, packages, LineOf);
            return 0;
        }

        foreach (var package in packages)
            context.Terminal.WriteExact(LineOf(package) + "\n");
        return 0;

        string LineOf(InstalledPackage package) => clones.GetValueOrDefault(package.Name) ?? Line(package);
    }

    /// <summary>The line that installs the same again.</summary>
    private static string Line(InstalledPackage package) =>
        package.DirectUrl switch
        {
            DirectUrl.Folder { IsEditable: true } => $"-e {package.EditableLocation}",
            DirectUrl.Repository repository =>
                $"{package.Name} @ {repository.Vcs}+{repository.Url}@{repository.CommitId}{Fragment(repository)}",
            DirectUrl.Archive archive => $"{package.Name} @ {archive.Url}{HashFragment(archive)}",
            { } other => $"{package.Name} @ {other.Url}",
            null when package.EditableLocation is { } project => $"-e {project}",
            _ when package.Distribution.Version is null => $"{package.Name}==={package.VersionText}",
            _ => $"{package.Name}=={package.VersionText}",
        };

    private static string Fragment(DirectUrl.Repository repository) =>
        repository.Subdirectory is null ? "" : $"#subdirectory={repository.Subdirectory}";

    private static string HashFragment(DirectUrl.Archive archive) =>
        archive.Hashes.Count == 0 || Location.Of(archive.Url).IsFileUrl
            ? ""
            : $"#{archive.Hashes[0].Key}={archive.Hashes[0].Value}";
}
