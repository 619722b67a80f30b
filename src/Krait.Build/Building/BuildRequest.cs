using System.Collections.Immutable;
using System.Text;
using Krait.Build.Hooks;
using Krait.Build.Isolation;
using Krait.Environments.Interpreters;
using Krait.Packaging.Requirements;
using Krait.Platform.Caching;

namespace Krait.Build.Building;

/// <summary>How a source is to be built. All of it but the chain is part of what a built wheel is kept under.</summary>
/// <param name="Interpreter">The interpreter to build for and with.</param>
public sealed record BuildRequest(Interpreter Interpreter)
{
    /// <summary>What is being built already and needs this.</summary>
    public BuildChain Chain { get; init; } = BuildChain.Empty;

    /// <summary>Settings for the backend (`--config-settings`).</summary>
    public ConfigSettings Settings { get; init; } = ConfigSettings.None;

    /// <summary>Requirements of the build that the project does not state (`extra-build-dependencies`).</summary>
    public ImmutableArray<Requirement> ExtraRequires { get; init; } = [];

    /// <summary>Variables for the build (`extra-build-variables`).</summary>
    public ImmutableSortedDictionary<string, string> ExtraVariables { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What limits the versions in build environments (`--build-constraints`), as text; part of the key only.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary>The environment to build in as it is (`--no-build-isolation`); null for one of its own.</summary>
    public BuildEnvironment? Shared { get; init; }

    /// <summary>Whether <see cref="Shared"/> must have what the project says that its build needs.</summary>
    public bool ChecksShared { get; init; }

    /// <summary>Whether a cached answer is not good enough (`--refresh`, `--reinstall`).</summary>
    public bool IsRefreshed { get; init; }

    /// <summary>A digest of everything that could change what is built; empty where nothing was asked for.</summary>
    public string Variant
    {
        get
        {
            var text = new StringBuilder();
            Add(text, "settings", Settings.IsEmpty ? [] : [Settings.ToKey()]);
            Add(text, "requires", ExtraRequires.Select(r => r.ToString()).Order(StringComparer.Ordinal));
            Add(text, "variables", ExtraVariables.Select(pair => $"{pair.Key}={pair.Value}"));
            Add(text, "constraints", Constraints.Order(StringComparer.Ordinal));
            Add(text, "environment", Shared is null ? [] : [Shared.Python, .. Shared.Pins]);
            return text.Length == 0 ? "" : CacheKey.Of(text.ToString());
        }
    }

    /// <summary>The name of the interpreter's kind, for what holds for no other: its best tag.</summary>
    internal string InterpreterKey => Interpreter.Tags.Tags.First().ToString() ?? "";

    private static void Add(StringBuilder text, string kind, IEnumerable<string> values)
    {
        foreach (var value in values)
            text.Append(kind).Append('=').Append(value.Length).Append(':').Append(value).Append('\n');
    }

    public bool Equals(BuildRequest? other) =>
        other is not null
        && ReferenceEquals(Interpreter, other.Interpreter)
        && ReferenceEquals(Chain, other.Chain)
        && IsRefreshed == other.IsRefreshed
        && string.Equals(Variant, other.Variant, StringComparison.Ordinal);

    public override int GetHashCode() => Variant.GetHashCode(StringComparison.Ordinal);
}
