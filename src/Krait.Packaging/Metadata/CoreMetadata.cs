using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Metadata;

/// <summary>
/// What a resolver asks of a distribution (core metadata specification), read from METADATA or PKG-INFO and no further than the
/// empty line. Older spellings of specifiers are repaired with a warning.
/// </summary>
public sealed class CoreMetadata
{
    private CoreMetadata(PackageName name, Version version)
    {
        Name = name;
        Version = version;
    }

    /// <summary>The project.</summary>
    public PackageName Name { get; }

    /// <summary>The version.</summary>
    public Version Version { get; }

    /// <summary>The version of the metadata's form (`2.3`).</summary>
    public string MetadataVersion { get; private init; } = "";

    /// <summary>What the distribution depends on.</summary>
    public ImmutableArray<Requirement> RequiresDist { get; private init; } = [];

    /// <summary>The Python versions it runs on; null for any.</summary>
    public SpecifierSet? RequiresPython { get; private init; }

    /// <summary>Its extras.</summary>
    public ImmutableArray<ExtraName> ProvidesExtra { get; private init; } = [];

    /// <summary>The fields, in lower case, that may differ in what is built from this source (PEP 643).</summary>
    public ImmutableArray<string> Dynamic { get; private init; } = [];

    /// <summary>What was repaired or left out.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; private init; } = [];

    /// <summary>
    /// Whether what a source distribution states here holds for its wheels: its form is 2.2 or later and neither dependencies nor
    /// extras nor the Python versions are dynamic.
    /// </summary>
    public bool IsStatic =>
        Version.TryParse(MetadataVersion, out var form)
        && form >= FirstStaticForm
        && !IsDynamic("requires-dist")
        && !IsDynamic("requires-python")
        && !IsDynamic("provides-extra");

    /// <summary>The same with other requirements.</summary>
    public CoreMetadata WithRequirements(IEnumerable<Requirement> requirements) =>
        new(Name, Version)
        {
            MetadataVersion = MetadataVersion,
            RequiresDist = [.. requirements],
            RequiresPython = RequiresPython,
            ProvidesExtra = ProvidesExtra,
            Dynamic = Dynamic,
            Warnings = Warnings,
        };

    /// <summary>Whether a field, in lower case, may differ in what is built from this source.</summary>
    public bool IsDynamic(string field) => Dynamic.Contains(field, StringComparer.Ordinal);

    private static Version FirstStaticForm { get; } = Version.FromRelease(2, 2);

    /// <summary>Metadata whose fields are known from elsewhere: a project file, or a record of an earlier answer.</summary>
    public static CoreMetadata Create(
        PackageName name,
        Version version,
        SpecifierSet? requiresPython,
        IEnumerable<Requirement> requiresDist,
        IEnumerable<ExtraName> providesExtra
    ) =>
        new(name, version)
        {
            RequiresPython = requiresPython,
            RequiresDist = [.. requiresDist],
            ProvidesExtra = [.. providesExtra],
        };

    /// <summary>Reads the fields that a resolver needs.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out CoreMetadata? metadata,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        metadata = null;
        var draft = new Draft();
        var reader = new HeaderReader(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        while (reader.MoveNext())
        {
            error = draft.Take(ref reader);
            if (error is not null)
                return false;
        }

        error = draft.Check();
        if (error is null)
            metadata = draft.Build();
        return metadata is not null;
    }

    /// <summary>The fields as they come.</summary>
    private ref struct Draft()
    {
        private readonly List<Requirement> requires = [];
        private List<ExtraName>? extras;
        private HashSet<ExtraName>? seenExtras;
        private List<string>? dynamic;
        private List<Diagnostic>? warnings;
        private string? form;
        private PackageName? name;
        private Version? version;
        private SpecifierSet? python;

        /// <summary>Takes the field if it is one that counts. Of a field that may stand once, the first counts.</summary>
        public Diagnostic? Take(scoped ref HeaderReader field)
        {
            switch (field.Name.Length)
            {
                case 4 when name is null && field.Is("Name"u8):
                    return PackageName.TryParse(TextOf(field.Value).Trim(), out name, out var nameError)
                        ? null
                        : nameError;
                case 7 when version is null && field.Is("Version"u8):
                    return Version.TryParse(TextOf(field.Value).Trim(), out version, out var versionError)
                        ? null
                        : versionError;
                case 7 when field.Is("Dynamic"u8):
                    (dynamic ??= []).Add(TextOf(field.Value).Trim().ToLowerInvariant());
                    return null;
                case 13 when field.Is("Requires-Dist"u8):
                    return TakeRequirement(field.Value);
                case 14 when field.Is("Provides-Extra"u8):
                    TakeExtra(TextOf(field.Value).Trim());
                    return null;
                case 15 when python is null && field.Is("Requires-Python"u8):
                    TakePython(TextOf(field.Value));
                    return null;
                case 16 when form is null && field.Is("Metadata-Version"u8):
                    form = TextOf(field.Value).Trim();
                    return null;
                default:
                    return null;
            }
        }

        private Diagnostic? TakeRequirement(ReadOnlySpan<byte> text)
        {
            if (RequirementCache.Read(text, out var warning, out var error) is not { } requirement)
                return error;
            requires.Add(requirement);
            Warn(warning);
            return null;
        }

        private void TakePython(string text)
        {
            if (
                !SpecifierSet.TryParseLenient(RequirementCache.Unfold(text), out python, out var warning, out var error)
            )
            {
                Warn(
                    new Diagnostic(
                        "invalid-requires-python",
                        "the Python versions cannot be read and are not considered"
                    )
                    {
                        Cause = error,
                    }
                );
            }

            Warn(warning);
        }

        private void TakeExtra(string text)
        {
            if (!ExtraName.TryParse(text, out var extra, out var error))
                Warn(error);
            else if ((seenExtras ??= []).Add(extra))
                (extras ??= []).Add(extra);
        }

        private void Warn(Diagnostic? warning)
        {
            if (warning is not null)
                (warnings ??= []).Add(warning);
        }

        public readonly Diagnostic? Check()
        {
            if (name is not null && version is not null)
                return null;
            return new Diagnostic("invalid-metadata", $"the metadata has no `{(name is null ? "Name" : "Version")}`");
        }

        public readonly CoreMetadata Build() =>
            new(name!, version!) // checked before
            {
                MetadataVersion = form ?? "",
                RequiresDist = [.. requires],
                RequiresPython = python,
                ProvidesExtra = extras is null ? [] : [.. extras],
                Dynamic = dynamic is null ? [] : [.. dynamic],
                Warnings = warnings is null ? [] : [.. warnings],
            };

        private static string TextOf(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value);
    }
}
