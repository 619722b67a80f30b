namespace Krait.Packaging.Markers;

/// <summary>The comparisons of environment markers.</summary>
public enum MarkerOperator
{
    /// <summary>`==`.</summary>
    Equal,

    /// <summary>`!=`.</summary>
    NotEqual,

    /// <summary>`&lt;`.</summary>
    Less,

    /// <summary>`&lt;=`.</summary>
    LessEqual,

    /// <summary>`>`.</summary>
    Greater,

    /// <summary>`>=`.</summary>
    GreaterEqual,

    /// <summary>`~=`.</summary>
    Compatible,

    /// <summary>`===`.</summary>
    Arbitrary,

    /// <summary>`in`.</summary>
    In,

    /// <summary>`not in`.</summary>
    NotIn,
}

/// <summary>The spelling of marker operators, and their mirror images.</summary>
internal static class MarkerOperators
{
    public static string ToSymbol(this MarkerOperator markerOperator) =>
        markerOperator switch
        {
            MarkerOperator.Equal => "==",
            MarkerOperator.NotEqual => "!=",
            MarkerOperator.Less => "<",
            MarkerOperator.LessEqual => "<=",
            MarkerOperator.Greater => ">",
            MarkerOperator.GreaterEqual => ">=",
            MarkerOperator.Compatible => "~=",
            MarkerOperator.Arbitrary => "===",
            MarkerOperator.In => "in",
            _ => "not in",
        };

    /// <summary>The operator that says the same with its sides exchanged: `'3.8' &lt;= x` is `x >= '3.8'`.</summary>
    public static MarkerOperator Mirror(this MarkerOperator markerOperator) =>
        markerOperator switch
        {
            MarkerOperator.Less => MarkerOperator.Greater,
            MarkerOperator.LessEqual => MarkerOperator.GreaterEqual,
            MarkerOperator.Greater => MarkerOperator.Less,
            MarkerOperator.GreaterEqual => MarkerOperator.LessEqual,
            _ => markerOperator,
        };

    /// <summary>The operator that holds exactly when this one does not.</summary>
    public static MarkerOperator Negate(this MarkerOperator markerOperator) =>
        markerOperator switch
        {
            MarkerOperator.Equal => MarkerOperator.NotEqual,
            MarkerOperator.NotEqual => MarkerOperator.Equal,
            MarkerOperator.Less => MarkerOperator.GreaterEqual,
            MarkerOperator.LessEqual => MarkerOperator.Greater,
            MarkerOperator.Greater => MarkerOperator.LessEqual,
            MarkerOperator.GreaterEqual => MarkerOperator.Less,
            MarkerOperator.In => MarkerOperator.NotIn,
            MarkerOperator.NotIn => MarkerOperator.In,
            _ => throw new ArgumentOutOfRangeException(nameof(markerOperator)),
        };
}
