using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Manifests;

/// <summary>
/// What a setup.cfg says by itself (setuptools' declarative configuration). Whether it is the whole truth depends on the setup.py
/// beside it; values that come from elsewhere (`file:`, `attr:`) are listed as dynamic.
/// </summary>
public sealed class SetupCfg
{
    private SetupCfg() { }

    /// <summary>The project's name, if it is stated.</summary>
    public PackageName? Name { get; private init; }

    /// <summary>The version, if it is stated.</summary>
    public Version? Version { get; private init; }

    /// <summary>The Python versions the project is for, if it says so.</summary>
    public SpecifierSet? RequiresPython { get; private init; }

    /// <summary>What the project needs.</summary>
    public ImmutableArray<StatedRequirement> Dependencies { get; private init; } = [];

    /// <summary>What its extras need.</summary>
    public ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> OptionalDependencies
    {
        get;
        private init;
    } = [];

    /// <summary>The fields that are stated elsewhere (`version`, `dependencies`, `optional-dependencies`).</summary>
    public ImmutableArray<string> Dynamic { get; private init; } = [];

    /// <summary>Parses a file; all errors come out together.</summary>
    public static bool TryParse(
        string text,
        string source,
        [NotNullWhen(true)] out SetupCfg? setup,
        out ImmutableArray<Diagnostic> errors
    )
    {
        var problems = new List<Diagnostic>();
        if (!IniFile.TryParse(text, out var file, out errors))
            problems.AddRange(errors);
        var read = new Reader(problems).Read(file);
        errors = [.. problems.Select(error => error.In(source, error.Line))];
        setup = errors.IsEmpty ? read : null;
        return setup is not null;
    }

    private sealed class Reader(List<Diagnostic> errors)
    {
        private readonly ImmutableArray<string>.Builder dynamic = ImmutableArray.CreateBuilder<string>();

        public SetupCfg Read(IniFile file)
        {
            var metadata = file.Section("metadata");
            var options = file.Section("options");
            return new SetupCfg
            {
                Name = ReadName(metadata?["name"]),
                Version = ReadVersion(metadata?["version"]),
                RequiresPython = ReadPython(options?["python_requires"]),
                Dependencies = Requirements(options?["install_requires"], "install_requires", "dependencies"),
                OptionalDependencies = ReadExtras(file.Section("options.extras_require")),
                // Last, because reading the others finds them.
                Dynamic = dynamic.ToImmutable(),
            };
        }

        private PackageName? ReadName(string? text)
        {
            if (text is null || IsElsewhere(text, "name"))
                return null;
            if (!PackageName.TryParse(text, out var name, out var error))
                Fail("`name` is not a name", error);
            return name;
        }

        private Version? ReadVersion(string? text)
        {
            if (text is null || IsElsewhere(text, "version"))
                return null;
            if (!Version.TryParse(text, out var version, out var error))
                Fail("`version` is not a version", error);
            return version;
        }

        private SpecifierSet? ReadPython(string? text)
        {
            if (text is null)
                return null;
            if (!SpecifierSet.TryParse(text, out var specifiers, out var error))
                Fail("`python_requires` is not a version specifier", error);
            return specifiers;
        }

        private ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> ReadExtras(
            IniSection? section
        )
        {
            var extras = ImmutableArray.CreateBuilder<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>>();
            foreach (var (key, value) in section?.Values ?? [])
            {
                var requirements = Requirements(value, key, "optional-dependencies");
                if (ExtraName.TryParse(key, out var name, out var error))
                    extras.Add(new(name, requirements));
                else
                    Fail($"`{PythonText.Printable(key)}` is not the name of an extra", error);
            }

            return extras.DrainToImmutable();
        }

        /// <summary>One requirement per line, or on a single line with `;` between them.</summary>
        private ImmutableArray<StatedRequirement> Requirements(string? value, string key, string field)
        {
            if (value is null || IsElsewhere(value, field))
                return [];
            var requirements = ImmutableArray.CreateBuilder<StatedRequirement>();
            var separator = value.Contains('\n', StringComparison.Ordinal) ? '\n' : ';';
            foreach (
                var raw in value.Split(
                    separator,
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                )
            )
            {
                if (raw[0] == '#')
                    continue;
                if (Requirement.TryParse(raw, out var requirement, out var error))
                    requirements.Add(new StatedRequirement(requirement, raw, Line: 0));
                else
                    Fail($"`{PythonText.Printable(raw)}` in `{key}` is not a requirement", error);
            }

            return requirements.DrainToImmutable();
        }

        private bool IsElsewhere(string value, string field)
        {
            var isElsewhere =
                value.StartsWith("file:", StringComparison.Ordinal)
                || value.StartsWith("attr:", StringComparison.Ordinal);
            if (isElsewhere && !dynamic.Contains(field))
                dynamic.Add(field);
            return isElsewhere;
        }

        private void Fail(string message, Diagnostic cause) =>
            errors.Add(new Diagnostic("invalid-setup-cfg", message) { Cause = cause });
    }
}
