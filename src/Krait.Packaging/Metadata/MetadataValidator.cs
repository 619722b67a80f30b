using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Metadata;

/// <summary>Checks the fields of a metadata file against the core metadata specification, all of them.</summary>
internal sealed class MetadataValidator
{
    private readonly RawMetadata metadata;
    private readonly ImmutableArray<Diagnostic>.Builder errors = ImmutableArray.CreateBuilder<Diagnostic>();

    private MetadataValidator(RawMetadata metadata) => this.metadata = metadata;

    public static ImmutableArray<Diagnostic> Validate(RawMetadata metadata)
    {
        var validator = new MetadataValidator(metadata);
        validator.CheckShape();
        validator.CheckRequired();
        validator.CheckTexts();
        validator.CheckNames();
        validator.CheckRequirements();
        validator.CheckFiles();
        validator.CheckImports("import_names");
        validator.CheckImports("import_namespaces");
        return validator.errors.DrainToImmutable();
    }

    private void Fail(string message, Diagnostic? cause = null) =>
        errors.Add(new Diagnostic("invalid-metadata", message) { Cause = cause });

    /// <summary>No unknown or repeated fields, and none that is younger than the form.</summary>
    private void CheckShape()
    {
        foreach (var header in metadata.Unparsed.Keys)
        {
            Fail(
                MetadataField.ByHeader.ContainsKey(header)
                    ? $"the field `{PythonText.Printable(header)}` is repeated or not readable"
                    : $"the field `{PythonText.Printable(header)}` is not known"
            );
        }

        var form = MetadataField.Versions.IndexOf(metadata.Text("metadata_version") ?? "");
        foreach (var field in MetadataField.ByHeader.Values)
        {
            var isPresent =
                metadata.Texts.ContainsKey(field.Name)
                || metadata.Lists.ContainsKey(field.Name)
                || (field.Kind is MetadataFieldKind.Pairs && metadata.ProjectUrls is not null);
            if (isPresent && form >= 0 && field.Added > form)
            {
                Fail(
                    $"the field `{field.Header}` came with metadata version {MetadataField.Versions[field.Added]}, not {MetadataField.Versions[form]}"
                );
            }
        }
    }

    private void CheckRequired()
    {
        if (MetadataField.Versions.IndexOf(metadata.Text("metadata_version") ?? "") < 0)
            Fail($"`{PythonText.Printable(metadata.Text("metadata_version"))}` is not a metadata version");
        if (!PackageName.TryParse(metadata.Text("name"), out _, out var nameError))
            Fail("the field `name` is not a name", nameError);
        if (!Version.TryParse(metadata.Text("version") ?? "", out _, out var versionError))
            Fail("the field `version` is not a version", versionError);
    }

    private void CheckTexts()
    {
        if (metadata.Text("summary") is { } summary && summary.AsSpan().ContainsAny(LineEnds))
            Fail("the field `summary` has more than one line");
        if (metadata.Text("description_content_type") is { } type && ContentType.Check(type) is { } problem)
            Fail($"the field `description-content-type` is `{PythonText.Printable(type)}`: {problem}");
        if (
            metadata.Text("license_expression") is { } license
            && !LicenseExpression.TryNormalize(license, out _, out var error)
        )
        {
            Fail("the field `license-expression` is not valid", error);
        }
    }

    private void CheckNames()
    {
        foreach (var extra in metadata.List("provides_extra"))
        {
            if (!ExtraName.TryParse(extra, out _, out var error))
                Fail("the field `provides-extra` is not a name", error);
        }

        foreach (var field in metadata.List("dynamic"))
        {
            var header = field.ToLowerInvariant();
            if (header is "name" or "version" or "metadata-version" || !MetadataField.ByHeader.ContainsKey(header))
                Fail($"`{PythonText.Printable(field)}` cannot be dynamic");
        }
    }

    private void CheckRequirements()
    {
        foreach (var text in metadata.List("requires_dist"))
        {
            if (!Requirement.TryParse(text, out _, out var error))
                Fail("the field `requires-dist` is not a requirement", error);
        }

        if (
            metadata.Text("requires_python") is { } python
            && !SpecifierSet.TryParse(python, out _, out var pythonError)
        )
        {
            Fail("the field `requires-python` is not a version specifier", pythonError);
        }
    }

    private void CheckFiles()
    {
        foreach (var path in metadata.List("license_files"))
        {
            var shown = PythonText.Printable(path);
            if (path.Contains("..", StringComparison.Ordinal))
                Fail($"the license file `{shown}` leads out of its directory");
            else if (path.Contains('*', StringComparison.Ordinal))
                Fail($"the license file `{shown}` is a pattern, not a path");
            else if (IsAbsolute(path))
                Fail($"the license file `{shown}` is not a relative path");
            else if (!IsPlain(path))
                Fail($"the license file `{shown}` is not a plain path with `/` between its parts");
        }
    }

    private static bool IsAbsolute(string path) =>
        path.StartsWith('/')
        || (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '/' or '\\');

    /// <summary>No empty parts, no `.`, no backslashes.</summary>
    private static bool IsPlain(string path) =>
        !path.Contains('\\', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "."));

    private void CheckImports(string name)
    {
        foreach (var import in metadata.List(name))
        {
            var semicolon = import.IndexOf(';', StringComparison.Ordinal);
            var module = (semicolon < 0 ? import : import[..semicolon]).TrimEnd();
            var shown = PythonText.Printable(import);
            if (
                !module.Split('.').All(part => PythonIdentifier.IsIdentifier(part) && !PythonIdentifier.IsKeyword(part))
            )
            {
                Fail($"`{shown}` is not the name of a module");
            }

            if (semicolon >= 0 && import[(semicolon + 1)..].TrimStart() is not "private")
                Fail($"`{shown}` has something other than `private` after its semicolon");
        }
    }

    private static readonly System.Buffers.SearchValues<char> LineEnds = System.Buffers.SearchValues.Create(
        "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
    );
}
