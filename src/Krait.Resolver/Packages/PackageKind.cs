namespace Krait.Resolver.Packages;

/// <summary>What a package of the solver stands for.</summary>
internal enum PackageKind
{
    /// <summary>The request.</summary>
    Root,

    /// <summary>The Python that versions are refused by.</summary>
    Python,

    /// <summary>A distribution, or what one of its extras adds.</summary>
    Content,

    /// <summary>A distribution as somebody asks for it: with an extra, under a marker, or both.</summary>
    Proxy,

    /// <summary>Something of the machine that is there in one version, and that no index has.</summary>
    System,
}
