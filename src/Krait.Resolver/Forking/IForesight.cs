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
}
