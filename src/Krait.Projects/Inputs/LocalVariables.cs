using System.Collections.Frozen;
using Krait.Packaging.Locations;
using Krait.Packaging.Requirements;
using Krait.Packaging.RequirementsFiles;

namespace Krait.Projects.Inputs;

/// <summary>
/// The environment variables for those URLs that may name them: what the command line and the files of this machine ask for. A file from
/// the network, or the metadata of a package, could have any token sent to a server of its own that way.
/// </summary>
public sealed class LocalVariables
{
    private readonly FrozenSet<string> urls;
    private readonly IReadOnlyDictionary<string, string> variables;

    private LocalVariables(IEnumerable<string> urls, IReadOnlyDictionary<string, string> variables)
    {
        this.urls = urls.ToFrozenSet(StringComparer.Ordinal);
        this.variables = variables;
    }

    /// <summary>Collects the URLs of inputs.</summary>
    public static LocalVariables Of(RequirementSet inputs, IReadOnlyDictionary<string, string> variables)
    {
        var roots = inputs.Roots.Where(root => !IsRemote(root.Origin)).Select(root => root.Requirement.Url);
        var limits = inputs
            .Constraints.Concat(inputs.Overrides)
            .Where(limit => !IsRemote(limit.Origin))
            .Select(limit => limit.Requirement.Url);
        return new LocalVariables(roots.Concat(limits).OfType<string>().Where(HasVariable), variables);
    }

    /// <summary>A URL with its variables filled in where it may have any.</summary>
    public string Expand(string url) => urls.Contains(url) ? VariableExpansion.Expand(url, variables) : url;

    private static bool HasVariable(string url) => url.Contains("${", StringComparison.Ordinal);

    /// <summary>Whether something is written in a file from the network.</summary>
    public static bool IsRemote(RequirementOrigin? origin) => origin is not null && IsRemote(origin.File);

    /// <summary>Whether a file comes from the network.</summary>
    public static bool IsRemote(string file) => Location.Of(file).IsRemote;
}
