using System.Text;
using Krait.Packaging.Manifests;

namespace Krait.Conformance;

/// <summary>A requirement as Python's `packaging` writes it: the name as given, and no space before the marker.</summary>
internal static class RequirementText
{
    public static string Of(StatedRequirement stated)
    {
        var written = stated.Text.AsSpan().Trim();
        var end = 0;
        while (end < written.Length && (char.IsAsciiLetterOrDigit(written[end]) || written[end] is '-' or '_' or '.'))
            end++;
        var requirement = stated.Requirement;
        var text = new StringBuilder().Append(written[..end]);
        if (!requirement.Extras.IsEmpty)
            text.Append('[').AppendJoin(',', requirement.Extras.Order()).Append(']');
        if (requirement.Url is not null)
            text.Append(" @ ").Append(requirement.Url);
        else if (requirement.Specifiers is { } specifiers)
            text.AppendJoin(',', specifiers.Clauses.Select(clause => clause.ToString()).Order(StringComparer.Ordinal));
        if (requirement.HasMarker)
        {
            text.Append(requirement.Url is null ? "; " : " ; ")
                .Append(written[(written.IndexOf(';') + 1)..].Trim().ToString().Replace('\'', '"'));
        }

        return text.ToString();
    }
}
