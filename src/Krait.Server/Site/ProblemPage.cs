using Krait.Packaging.Text;

namespace Krait.Server.Site;

/// <summary>Why there is no page, for people. It leads nowhere: what is here is not for everybody.</summary>
internal static class ProblemPage
{
    /// <summary>Writes the page.</summary>
    public static byte[] Write(int status, Diagnostic problem)
    {
        var title = status switch
        {
            401 => "A token is needed",
            403 => "Not allowed",
            404 => "Not found",
            405 => "Not possible",
            429 => "Too many requests",
            503 => "Not available right now",
            _ => "Something went wrong",
        };
        var html = PageFrame.Begin(title, place: null);
        html.Add($"<h1>{title}</h1>\n<p class=\"lead\">{Sentence(problem.Message)}</p>\n");
        foreach (var hint in problem.Hints)
            html.Add($"<p>{Sentence(hint.ToString())}</p>\n");
        return PageFrame.End(html, place: null);
    }

    /// <summary>A message as a sentence of a page.</summary>
    private static string Sentence(string message)
    {
        var text = message.Replace("`", "", StringComparison.Ordinal);
        return text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text.AsSpan(1)}.";
    }
}
