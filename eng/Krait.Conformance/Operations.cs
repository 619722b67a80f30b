namespace Krait.Conformance;

/// <summary>All operations by name; each family has its file and adds itself here.</summary>
internal static class Operations
{
    /// <summary>The operations by name.</summary>
    public static IReadOnlyDictionary<string, Operation> All { get; } =
        new[]
        {
            VersionOperations.All,
            SpecifierOperations.All,
            RequirementOperations.All,
            MarkerOperations.All,
            FileNameOperations.All,
            TagOperations.All,
            RequirementsFileOperations.All,
            MetadataOperations.All,
            ProjectFileOperations.All,
        }
            .SelectMany(family => family)
            .ToDictionary(operation => operation.Key, operation => operation.Value, StringComparer.Ordinal);
}
