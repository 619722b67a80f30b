using Krait.Packaging.Names;
using Krait.Server.Storage;

namespace Krait.Server.Databases;

/// <summary>A change that is to be stored.</summary>
/// <param name="Sender">The server that makes it, which need not be told.</param>
/// <param name="Space">The namespace.</param>
/// <param name="Project">The project.</param>
/// <param name="Old">What is known of it.</param>
/// <param name="New">What is to be known of it.</param>
internal sealed record ProjectChange(
    string Sender,
    string Space,
    PackageName Project,
    ProjectState Old,
    ProjectState New
);
