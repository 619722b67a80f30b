using FsCheck.Xunit;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Markers;

/// <summary>The algebra of markers, against evaluation in environments of machines that exist.</summary>
[Properties(Arbitrary = [typeof(Arbitraries)], MaxTest = 2_000)]
public sealed class MarkerLawTests
{
    [Property(MaxTest = 4_000)]
    public bool Evaluates_as_the_text_says(WrittenMarker text, MarkerEnvironment environment, bool hasExtra)
    {
        Assert.True(MarkerExpression.TryParse(text.Value, out var expression, out _));
        var evaluator = new MarkerEvaluator(environment) { Extra = hasExtra ? "a" : "" };
        return Holds(Marker.Parse(text.Value), environment, hasExtra) == expression.Evaluate(evaluator);
    }

    [Property(MaxTest = 4_000)]
    [Trait("Speed", "slow")]
    public bool And_or_and_not_agree_with_evaluation(
        Marker left,
        Marker right,
        MarkerEnvironment environment,
        bool hasExtra
    )
    {
        bool Here(Marker marker) => Holds(marker, environment, hasExtra);
        return Here(left.And(right)) == (Here(left) && Here(right))
            && Here(left.Or(right)) == (Here(left) || Here(right))
            && Here(left.Not()) == !Here(left)
            && !(left.IsDisjointFrom(right) && Here(left) && Here(right))
            && !(left.Implies(right) && Here(left) && !Here(right));
    }

    [Property]
    public bool Conditions_that_say_the_same_are_equal(Marker left, Marker right) =>
        left.And(right) == right.And(left)
        && left.Or(right) == right.Or(left)
        && left.Not().Not() == left
        && left.And(left.Not()).IsFalse
        && left.Or(left.Not()).IsTrue
        && left.Or(right).Not() == left.Not().And(right.Not());

    [Property(MaxTest = 4_000)]
    public bool Parsing_what_was_printed_gives_the_same_conditions(
        Marker marker,
        MarkerEnvironment environment,
        bool hasExtra
    )
    {
        if (marker.ToText() is not { } text)
            return marker.IsTrue;

        var again = Marker.Parse(text);
        return Holds(again, environment, hasExtra) == Holds(marker, environment, hasExtra) && again.ToText() == text;
    }

    [Property]
    public bool Assuming_a_python_changes_nothing_for_that_python(
        Marker marker,
        PythonBound bound,
        MarkerEnvironment environment,
        bool hasExtra
    )
    {
        var ranges = SpecifierSet.Parse($">={bound.Value}").ToRanges();
        var assumed = marker.AssumePython(ranges);
        var isInside = ranges.Contains(Version.Parse(environment.PythonFullVersion));
        var (before, after) = (Holds(marker, environment, hasExtra), Holds(assumed, environment, hasExtra));
        return (!isInside || before == after)
            && assumed.ConditionOnPython(ranges) == marker.ConditionOnPython(ranges)
            && Holds(assumed.ConditionOnPython(ranges), environment, hasExtra) == (isInside && before);
    }

    [Property]
    public bool A_marker_that_holds_lies_in_its_python_versions(
        Marker marker,
        MarkerEnvironment environment,
        bool hasExtra
    ) =>
        !Holds(marker, environment, hasExtra)
        || marker.PythonVersions().Contains(Version.Parse(environment.PythonFullVersion));

    [Property]
    public bool Answering_an_extra_is_installing_it(Marker marker, MarkerEnvironment environment, bool hasExtra)
    {
        var a = ExtraName.Parse("a");
        var answered = marker.WithExtra(a, hasExtra);
        return !answered.MentionsExtra(a)
            && Holds(answered, environment, hasExtra) == Holds(marker, environment, hasExtra)
            && (!Holds(marker, environment, hasExtra) || Holds(marker.WithoutExtras(), environment, hasExtra))
            && !marker.WithoutExtras().MentionsExtras();
    }

    private static bool Holds(Marker marker, MarkerEnvironment environment, bool hasExtra) =>
        marker.Evaluate(environment, hasExtra ? [ExtraName.Parse("a")] : []);
}
