namespace Krait.Server.Views;

/// <summary>The forms of a page.</summary>
internal enum PageForm
{
    /// <summary>`application/vnd.pypi.simple.v1+json`.</summary>
    Json,

    /// <summary>`application/vnd.pypi.simple.v1+html`.</summary>
    Html,

    /// <summary>`text/html`: the same bytes.</summary>
    PlainHtml,
}
