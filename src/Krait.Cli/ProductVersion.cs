namespace Krait.Cli;

/// <summary>What this executable is.</summary>
internal static class ProductVersion
{
    /// <summary>The version of the product, as the build states it once.</summary>
    public static string Number { get; } = typeof(ProductVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>What `krait --version` prints.</summary>
    public static string Line => $"krait {Number}";
}
