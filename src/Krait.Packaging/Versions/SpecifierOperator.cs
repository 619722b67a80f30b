namespace Krait.Packaging.Versions;

/// <summary>The comparisons of version specifiers (PEP 440).</summary>
public enum SpecifierOperator
{
    /// <summary>`==1.0`: that version; with any local label if none is written.</summary>
    Equal,

    /// <summary>`==1.0.*`: everything that starts so.</summary>
    EqualStar,

    /// <summary>`!=1.0`.</summary>
    NotEqual,

    /// <summary>`!=1.0.*`.</summary>
    NotEqualStar,

    /// <summary>`~=1.4.2`: at least that, and of the same 1.4.</summary>
    Compatible,

    /// <summary>`&lt;1.0`: pre-releases of 1.0 are not below it, unless it is one itself.</summary>
    Less,

    /// <summary>`&lt;=1.0`.</summary>
    LessEqual,

    /// <summary>`>1.0`: post-releases of 1.0 are not above it, unless it is one itself.</summary>
    Greater,

    /// <summary>`>=1.0`.</summary>
    GreaterEqual,

    /// <summary>`===anything`: that very text, letter case aside.</summary>
    Arbitrary,
}

/// <summary>The spelling of operators.</summary>
public static class SpecifierOperators
{
    /// <summary>The operator as written, without the `.*` after the version.</summary>
    public static string ToSymbol(this SpecifierOperator specifierOperator) =>
        specifierOperator switch
        {
            SpecifierOperator.Equal or SpecifierOperator.EqualStar => "==",
            SpecifierOperator.NotEqual or SpecifierOperator.NotEqualStar => "!=",
            SpecifierOperator.Compatible => "~=",
            SpecifierOperator.Less => "<",
            SpecifierOperator.LessEqual => "<=",
            SpecifierOperator.Greater => ">",
            SpecifierOperator.GreaterEqual => ">=",
            _ => "===",
        };

    /// <summary>Whether the operator compares prefixes (`==1.0.*`).</summary>
    public static bool IsStar(this SpecifierOperator specifierOperator) =>
        specifierOperator is SpecifierOperator.EqualStar or SpecifierOperator.NotEqualStar;
}
