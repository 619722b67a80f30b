using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>What a namespace has of a project.</summary>
/// <param name="Document">Its page; null where it does not have the project.</param>
/// <param name="State">What is known of its files.</param>
/// <param name="IsStale">Whether the upstream could not be asked whether it still holds.</param>
internal sealed record SpacePage(ProjectDocument? Document, ProjectState State, bool IsStale);
