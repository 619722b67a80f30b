namespace Krait.Installer.Scripts;

/// <summary>A program that an installer makes for a wheel (entry points specification).</summary>
/// <param name="Name">The file's name: one portable segment.</param>
/// <param name="Module">The dotted module that is imported.</param>
/// <param name="Attribute">The dotted attribute that is called.</param>
/// <param name="IsGui">Whether it has a window instead of a console.</param>
public sealed record ScriptEntry(string Name, string Module, string Attribute, bool IsGui);
