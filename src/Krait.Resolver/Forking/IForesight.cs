using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Forking;

/// <summary>What asks ahead of a resolution, as the resolution sees it.</summary>
internal interface IForesight
{
    /// <summary>Asks for what will probably be needed.</summary>
    public void LookAhead();

    /// <summary>Asks for what a version, or one of its extras, requires anywhere in the environment.</summary>
    public void Follow(Candidate candidate, CoreMetadata metadata, ExtraName? extra);

    /// <summary>Takes in the metadata of a version that will probably be chosen, and asks for what it requires.</summary>
    public void Arrive(Candidate candidate, CoreMetadata metadata);
}
