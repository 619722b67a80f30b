using Krait.Packaging.Names;

namespace Krait.Server.Web;

/// <summary>What a path means.</summary>
internal abstract record Route
{
    private Route() { }

    /// <summary>The start page.</summary>
    internal sealed record Home : Route;

    /// <summary>Another address for the same thing.</summary>
    internal sealed record Elsewhere(string Relative) : Route;

    /// <summary>The list of projects of a view.</summary>
    internal sealed record Projects(string View) : Route;

    /// <summary>The page of a project.</summary>
    internal sealed record Project(string View, PackageName Name) : Route;

    /// <summary>A file, or its metadata.</summary>
    internal sealed record File(string View, string Space, PackageName Owner, string FileName) : Route;

    /// <summary>Whether the process lives.</summary>
    internal sealed record Healthy : Route;

    /// <summary>Whether it can serve.</summary>
    internal sealed record Ready : Route;

    /// <summary>What the server counts.</summary>
    internal sealed record Metrics : Route;

    /// <summary>Where distributions are sent; without a name, to the only namespace that takes them.</summary>
    internal sealed record Upload(string? Space) : Route;

    /// <summary>What goes beyond the simple API, by the words behind its base.</summary>
    internal sealed record Service(string View, string Resource, string Argument) : Route;

    /// <summary>A page for people about what is in a view.</summary>
    /// <param name="View">The view.</param>
    /// <param name="Depth">How many parts its path has below the view.</param>
    internal abstract record Site(string View, int Depth) : Route
    {
        /// <summary>The projects, all or those with a text in the name.</summary>
        internal sealed record Search(string View) : Site(View, Depth: 2);

        /// <summary>A project, or one of its versions.</summary>
        internal sealed record ProjectPage(string View, PackageName Name, Version? Version)
            : Site(View, Version is null ? 3 : 4);

        /// <summary>What was uploaded last.</summary>
        internal sealed record Uploads(string View) : Site(View, Depth: 2);

        /// <summary>What the view lets through, and what it did not.</summary>
        internal sealed record Policy(string View) : Site(View, Depth: 2);

        /// <summary>How the server is doing.</summary>
        internal sealed record Status(string View) : Site(View, Depth: 2);
    }

    /// <summary>Nothing.</summary>
    internal sealed record Nothing : Route;

    /// <summary>The meaning of a path. The view that has no name in it is the default one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="defaultView">The view of `/simple/`.</param>
    /// <param name="isView">Whether a name is that of a view.</param>
    public static Route Of(RequestPath path, string defaultView, Func<string, bool> isView)
    {
        var parts = path.Parts.AsSpan();
        if (parts.IsEmpty)
            return new Home();
        if (parts.Length == 1 && !path.EndsWithSlash)
        {
            if (parts[0] is "healthz")
                return new Healthy();
            if (parts[0] is "readyz")
                return new Ready();
            if (parts[0] is "metrics")
                return new Metrics();
        }

        if (parts is ["upload" or "legacy"])
            return new Upload(Space: null);
        if (parts is ["upload", var space])
            return new Upload(space);

        if (parts[0] is "simple" or "files" or "-")
            return Below(parts, path.EndsWithSlash, defaultView);
        return parts.Length > 1 && isView(parts[0]) ? Below(parts[1..], path.EndsWithSlash, parts[0]) : new Nothing();
    }

    private static Route Below(ReadOnlySpan<string> parts, bool endsWithSlash, string view)
    {
        if (parts is ["simple"])
            return endsWithSlash ? new Projects(view) : new Elsewhere("simple/");
        if (parts is ["simple", var written] && PackageName.TryParse(written, out var name, out _))
        {
            // A name has one address; what it is relative to depends on the slash.
            var isExact = string.Equals(written, name.Value, StringComparison.Ordinal);
            if (isExact && endsWithSlash)
                return new Project(view, name);
            return new Elsewhere(endsWithSlash ? $"../{name}/" : $"{name}/");
        }

        if (parts is ["-", "krait", "v1", var resource] && !endsWithSlash)
            return new Service(view, resource, "");
        if (parts is ["-", "krait", "v1", var list, var argument] && !endsWithSlash)
            return new Service(view, list, argument);
        if (parts is ["-", ..] && SiteOf(parts[1..], endsWithSlash, view) is { } site)
            return site;
        var isFile =
            parts is ["files", _, var owner, _]
            && !endsWithSlash
            && PackageName.TryParse(owner, out var project, out _)
            && string.Equals(project.Value, owner, StringComparison.Ordinal);
        return isFile ? new File(view, parts[1], PackageName.Parse(parts[2]), parts[3]) : new Nothing();
    }

    /// <summary>A page for people, or the way to it; null where there is none. No view can be named `-`.</summary>
    private static Route? SiteOf(ReadOnlySpan<string> parts, bool endsWithSlash, string view)
    {
        if (PageOf(parts, view) is not { } page)
            return null;
        // A page has one address, and its links are relative to that.
        var exact = page switch
        {
            Site.ProjectPage { Version: { } version, Name: var name } => (string[])
                ["projects", name.Value, version.ToString()],
            Site.ProjectPage { Name: var name } => ["projects", name.Value],
            _ => parts.ToArray(),
        };
        if (endsWithSlash && parts.SequenceEqual(exact))
            return page;
        var up = string.Concat(Enumerable.Repeat("../", parts.Length - (endsWithSlash ? 0 : 1)));
        return new Elsewhere($"{up}{string.Join('/', exact.Select(Uri.EscapeDataString))}/");
    }

    private static Site? PageOf(ReadOnlySpan<string> parts, string view) =>
        parts switch
        {
            ["projects"] => new Site.Search(view),
            ["uploads"] => new Site.Uploads(view),
            ["policy"] => new Site.Policy(view),
            ["status"] => new Site.Status(view),
            ["projects", var name] when PackageName.TryParse(name, out var project, out _) => new Site.ProjectPage(
                view,
                project,
                Version: null
            ),
            ["projects", var name, var text]
                when PackageName.TryParse(name, out var project, out _) && Version.TryParse(text, out var version) =>
                new Site.ProjectPage(view, project, version),
            _ => null,
        };
}
