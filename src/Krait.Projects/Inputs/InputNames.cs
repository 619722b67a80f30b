using Krait.Packaging.Locations;

namespace Krait.Projects.Inputs;

/// <summary>Where the files that a user names are, and what messages call the files that these include.</summary>
/// <param name="workingFolder">What relative paths start from.</param>
internal sealed class InputNames(string workingFolder)
{
    /// <summary>The absolute path of a file, or its URL; `-` stays.</summary>
    public string Locate(string file) => file is "-" ? file : Location.Of(file).From(workingFolder).Text;

    /// <summary>
    /// A file as the user would write it: the one that was named as it was, others relative to the working folder. A name that starts
    /// at the root is only given where the user began with one: otherwise output would differ from machine to machine.
    /// </summary>
    /// <param name="source">The absolute path or URL of the file.</param>
    /// <param name="named">The file that the user named, and that includes this one.</param>
    public string NameOf(string source, string named)
    {
        if (string.Equals(source, Locate(named), StringComparison.Ordinal))
            return named;
        if (Location.IsUrl(source) || source is "-")
            return source;
        if (source.StartsWith(workingFolder.TrimEnd('/') + "/", StringComparison.Ordinal))
            return Path.GetRelativePath(workingFolder, source);
        return Path.IsPathRooted(named) || !Location.Of(named).IsPath
            ? source
            : Path.GetRelativePath(workingFolder, source);
    }

    /// <summary>
    /// An index or a directory of a requirements file, whose path starts from the file's own directory where something is there, and from the
    /// working folder otherwise (as pip has it); beside a file from a server it is on that server.
    /// </summary>
    /// <param name="written">The location.</param>
    /// <param name="source">The absolute path or URL of the file.</param>
    /// <param name="exists">Whether something is at an absolute path.</param>
    public static WrittenLocation Anchor(WrittenLocation written, string source, Func<string, bool> exists)
    {
        if (!written.Target.IsPath || written.Target.Text.StartsWith('~') || source is "-")
            return written;
        var file = Location.Of(source);
        if (file.IsRemote)
        {
            return written with
            {
                Target = Location.Of(Packaging.Indexes.UrlText.Resolve(source, written.Target.Text)),
            };
        }

        if (!file.TryGetLocalPath("/", out var path))
            return written;
        var beside = written.Target.From(Path.GetDirectoryName(path) ?? "/");
        return exists(beside.Text) ? written with { Target = beside } : written;
    }
}
