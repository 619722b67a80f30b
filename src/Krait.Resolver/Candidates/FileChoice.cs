using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>
/// The best files among those of a version, whatever places they come from: the wheel that fits best, the first source distribution.
/// </summary>
/// <param name="allowsWheels">Whether wheels may be installed.</param>
/// <param name="allowsSdists">Whether source distributions may be built.</param>
internal sealed class FileChoice(bool allowsWheels, bool allowsSdists)
{
    private WheelRank best;
    private Usability worst = Usability.TooNew;
    private SpecifierSet? refusedPython;

    /// <summary>The wheel to install.</summary>
    public IndexFile? Wheel { get; private set; }

    /// <summary>A wheel to read metadata from, where none can be installed.</summary>
    public IndexFile? AnyWheel { get; private set; }

    /// <summary>The source distribution.</summary>
    public IndexFile? Sdist { get; private set; }

    /// <summary>Whether one of the chosen files is yanked.</summary>
    public bool IsYanked => Wheel?.IsYanked == true || Sdist?.IsYanked == true;

    /// <summary>The Pythons that the files are for; those of the refused files where none is left.</summary>
    public SpecifierSet? RequiresPython =>
        (Wheel ?? AnyWheel ?? Sdist) is { } file ? file.RequiresPython : refusedPython;

    /// <summary>Whether the version can be used, or else what kept the best of its files from it.</summary>
    public Usability Usability => Wheel is not null || Sdist is not null ? Usability.Usable : worst;

    /// <summary>Takes a wheel into account.</summary>
    /// <param name="file">The wheel.</param>
    /// <param name="refusal">What keeps it from being used, whatever its tags.</param>
    /// <param name="rank">How good its tags are; null where the target does not accept them.</param>
    public void AddWheel(IndexFile file, Usability refusal, WheelRank? rank)
    {
        if (refusal != Usability.Usable)
        {
            Refuse(file, refusal);
            return;
        }

        AnyWheel ??= file;
        if (!allowsWheels)
            Refuse(file, Usability.NoBinary);
        else if (rank is not { } found)
            Refuse(file, Usability.NoCompatibleWheel);
        else if (Wheel is null || found < best)
            (Wheel, best) = (file, found);
    }

    /// <summary>Takes a source distribution into account.</summary>
    /// <param name="file">The source distribution.</param>
    /// <param name="refusal">What keeps it from being used.</param>
    public void AddSdist(IndexFile file, Usability refusal)
    {
        if (refusal == Usability.Usable && !allowsSdists)
            refusal = Usability.NoBuild;
        if (refusal == Usability.Usable)
            Sdist ??= file;
        else
            Refuse(file, refusal);
    }

    private void Refuse(IndexFile file, Usability refusal)
    {
        if (refusal > worst)
            worst = refusal;
        if (refusal == Usability.OtherPython)
            refusedPython ??= file.RequiresPython;
    }
}
