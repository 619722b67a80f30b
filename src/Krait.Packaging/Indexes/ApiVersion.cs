using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>The version of the simple repository API (PEP 629): pages of a later major version must not be read.</summary>
internal static class ApiVersion
{
    public static Diagnostic? Check(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var major = point < 0 ? text : text[..point];
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new Diagnostic(
                "invalid-index-page",
                $"the API version `{PythonText.Printable(text)}` of the index page is not a version"
            );
        }

        return number == 1
            ? null
            : new Diagnostic(
                "unsupported-index-page",
                $"the index page has API version `{PythonText.Printable(text)}`; only version 1 can be read"
            );
    }
}
