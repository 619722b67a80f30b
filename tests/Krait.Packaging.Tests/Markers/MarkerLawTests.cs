using FsCheck.Fluent;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Markers;

/// <summary>The algebra of markers, against evaluation in environments of machines that exist.</summary>
public sealed class MarkerLawTests
{
    private static readonly FsCheck.Gen<(
        string Left,
        string Right,
        MarkerEnvironment Environment,
        bool HasExtra
    )> Pairs =
        from left in Generators.Marker
        from right in Generators.Marker
        from environment in Generators.Environment
        from hasExtra in Gen.Elements(true, false)
        select (left, right, environment, hasExtra);

    [Fact]
    public void Evaluates_as_the_text_says() =>
        Generators.Check(
            Pairs,
            t =>
            {
                Assert.True(MarkerExpression.TryParse(t.Left, out var expression, out _));
                var evaluator = new MarkerEvaluator(t.Environment) { Extra = t.HasExtra ? "a" : "" };
                return Marker.Parse(t.Left).Evaluate(t.Environment, Extras(t.HasExtra))
                    == expression.Evaluate(evaluator);
            },
            4_000
        );

    [Fact]
    public void And_or_and_not_agree_with_evaluation() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var (left, right) = (Marker.Parse(t.Left), Marker.Parse(t.Right));
                bool Holds(Marker marker) => marker.Evaluate(t.Environment, Extras(t.HasExtra));
                return Holds(left.And(right)) == (Holds(left) && Holds(right))
                    && Holds(left.Or(right)) == (Holds(left) || Holds(right))
                    && Holds(left.Not()) == !Holds(left)
                    && !(left.IsDisjointFrom(right) && Holds(left) && Holds(right))
                    && !(left.Implies(right) && Holds(left) && !Holds(right));
            },
            4_000
        );

    [Fact]
    public void Conditions_that_say_the_same_are_equal() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var (left, right) = (Marker.Parse(t.Left), Marker.Parse(t.Right));
                return left.And(right) == right.And(left)
                    && left.Or(right) == right.Or(left)
                    && left.Not().Not() == left
                    && left.And(left.Not()).IsFalse
                    && left.Or(left.Not()).IsTrue
                    && left.Or(right).Not() == left.Not().And(right.Not());
            }
        );

    [Fact]
    public void Parsing_what_was_printed_gives_the_same_conditions() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var marker = Marker.Parse(t.Left);
                if (marker.ToText() is not { } text)
                    return marker.IsTrue;
                var again = Marker.Parse(text);
                return again.Evaluate(t.Environment, Extras(t.HasExtra))
                        == marker.Evaluate(t.Environment, Extras(t.HasExtra))
                    && again.ToText() == text;
            },
            4_000
        );

    [Fact]
    public void Assuming_a_python_changes_nothing_for_that_python() =>
        Generators.Check(
            from pair in Pairs
            from bound in Gen.Elements("3.8", "3.9", "3.9.1", "3.12")
            select (pair, bound),
            t =>
            {
                var marker = Marker.Parse(t.pair.Left);
                var ranges = SpecifierSet.Parse($">={t.bound}").ToRanges();
                var assumed = marker.AssumePython(ranges);
                var isInside = ranges.Contains(Version.Parse(t.pair.Environment.PythonFullVersion));
                var (before, after) = (Holds(marker, t.pair), Holds(assumed, t.pair));
                return (!isInside || before == after)
                    && assumed.ConditionOnPython(ranges) == marker.ConditionOnPython(ranges)
                    && Holds(assumed.ConditionOnPython(ranges), t.pair) == (isInside && before);
            }
        );

    [Fact]
    public void A_marker_that_holds_lies_in_its_python_versions() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var marker = Marker.Parse(t.Left);
                return !Holds(marker, t)
                    || marker.PythonVersions().Contains(Version.Parse(t.Environment.PythonFullVersion));
            }
        );

    [Fact]
    public void Answering_an_extra_is_installing_it() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var marker = Marker.Parse(t.Left);
                var a = ExtraName.Parse("a");
                var answered = marker.WithExtra(a, t.HasExtra);
                return !answered.MentionsExtra(a)
                    && Holds(answered, t) == Holds(marker, t)
                    && (!Holds(marker, t) || Holds(marker.WithoutExtras(), t))
                    && !marker.WithoutExtras().MentionsExtras();
            }
        );

    private static bool Holds(Marker marker, (string, string, MarkerEnvironment Environment, bool HasExtra) t) =>
        marker.Evaluate(t.Environment, Extras(t.HasExtra));

    private static ExtraName[] Extras(bool hasExtra) => hasExtra ? [ExtraName.Parse("a")] : [];
}
