using FsCheck;
using FsCheck.Fluent;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests;

/// <summary>What the parameters of a property are drawn from; a property names this class.</summary>
internal static class Arbitraries
{
    public static Arbitrary<WrittenVersion> WrittenVersion() =>
        Generators.VersionText.Select(text => new WrittenVersion(text)).ToArbitrary();

    public static Arbitrary<Version> Version() => Generators.Version.ToArbitrary();

    public static Arbitrary<VersionRanges> Ranges() => Generators.Ranges.ToArbitrary();

    public static Arbitrary<Specifier> Clause() => Generators.Clause.ToArbitrary();

    public static Arbitrary<WrittenMarker> WrittenMarker() =>
        Generators.MarkerText.Select(text => new WrittenMarker(text)).ToArbitrary();

    public static Arbitrary<Marker> Marker() =>
        Generators.MarkerText.Select(Krait.Packaging.Markers.Marker.Parse).ToArbitrary();

    public static Arbitrary<MarkerEnvironment> Environment() => Generators.Environment.ToArbitrary();

    public static Arbitrary<PythonBound> PythonBound() =>
        Gen.Elements("3.8", "3.9", "3.9.1", "3.12").Select(bound => new PythonBound(bound)).ToArbitrary();
}
