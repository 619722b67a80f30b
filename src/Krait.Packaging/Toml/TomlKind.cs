using System.Diagnostics.CodeAnalysis;

namespace Krait.Packaging.Toml;

/// <summary>What a TOML value is, in the words of the TOML 1.0 specification.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The specification's own words")]
public enum TomlKind
{
    String,
    Integer,
    Float,
    Boolean,
    OffsetDateTime,
    LocalDateTime,
    LocalDate,
    LocalTime,
    Array,
    Table,
}
