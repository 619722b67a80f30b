using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;

namespace Krait.Server.Site;

/// <summary>A requirement of a distribution, without the marker itself: those that are remembered would keep all others alive.</summary>
internal sealed record Dependency
{
    private Dependency() { }

    /// <summary>The project that is required.</summary>
    public required PackageName Name { get; init; }

    /// <summary>Extras of it that are required, too.</summary>
    public required ImmutableArray<ExtraName> Extras { get; init; }

    /// <summary>The versions that will do; null for any.</summary>
    public required SpecifierSet? Specifiers { get; init; }

    /// <summary>Extras of the requiring distribution that it is for; empty where it always holds.</summary>
    public required ImmutableArray<ExtraName> For { get; init; }

    /// <summary>The environments that it is for, as a marker; empty for all.</summary>
    public required string Environments { get; init; }

    /// <summary>The extras and versions as they stand behind the name.</summary>
    public required string Details { get; init; }

    /// <summary>Reads a requirement.</summary>
    public static Dependency Of(Requirement requirement)
    {
        var extras = new List<ExtraName>();
        var marker = requirement.Marker.WithExtras(_ => false);
        if (marker.IsFalse)
        {
            requirement.Marker.VisitExtras(extras.Add);
            marker = requirement.Marker.WithoutExtras();
        }

        var asked = requirement.Extras.IsEmpty ? "" : $"[{string.Join(',', requirement.Extras)}]";
        return new Dependency
        {
            Name = requirement.Name,
            Extras = requirement.Extras,
            Specifiers = requirement.Specifiers,
            For = [.. extras],
            Environments = marker.ToText() ?? "",
            Details = requirement.Url is null ? $"{asked}{requirement.Specifiers}" : $"{asked} from a URL",
        };
    }
}
