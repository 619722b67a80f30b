namespace Krait.Projects.Editing;

/// <summary>A manifest or script with the text that takes the place of its own.</summary>
/// <param name="File">The file as it was read.</param>
/// <param name="Text">The new text.</param>
public sealed record ManifestRewrite(TextFile File, string Text);
