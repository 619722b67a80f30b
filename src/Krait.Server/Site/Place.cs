using Krait.Packaging.Names;

namespace Krait.Server.Site;

/// <summary>Where a page is. Its links are relative, so that they hold under any host and path that a proxy gives the server.</summary>
/// <param name="View">The view that it is about.</param>
/// <param name="IsDefault">Whether that is the one of `/simple/`.</param>
/// <param name="Depth">How many parts its path has below the view.</param>
/// <param name="ServerUrl">The address of the server, absolute, as people copy it.</param>
internal sealed record Place(string View, bool IsDefault, int Depth, string ServerUrl)
{
    /// <summary>The address of the view's index, absolute, as people copy it.</summary>
    public string IndexUrl => IsDefault ? $"{ServerUrl}simple/" : $"{ServerUrl}{View}/simple/";

    /// <summary>The way to the view.</summary>
    public string ViewRoot => Up(Depth);

    /// <summary>The way to the start page.</summary>
    public string ServerRoot => Up(Depth + (IsDefault ? 0 : 1));

    /// <summary>The way to a page of the view.</summary>
    public string To(string page) => $"{ViewRoot}-/{page}/";

    /// <summary>The way to a project.</summary>
    public string To(PackageName project) => $"{ViewRoot}-/projects/{project}/";

    /// <summary>The way to a version.</summary>
    public string To(PackageName project, Version version) =>
        $"{ViewRoot}-/projects/{project}/{Uri.EscapeDataString(version.ToString())}/";

    /// <summary>The way to a file.</summary>
    public string ToFile(string space, PackageName project, string fileName) =>
        $"{ViewRoot}files/{space}/{project}/{Uri.EscapeDataString(fileName)}";

    /// <summary>The way to a page of a list.</summary>
    public static string ToListPage(string? query, int page)
    {
        var wish = query is { Length: > 0 } ? $"q={Uri.EscapeDataString(query)}&" : "";
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"?{wish}page={page}");
    }

    private static string Up(int depth) => depth == 0 ? "./" : string.Concat(Enumerable.Repeat("../", depth));
}
