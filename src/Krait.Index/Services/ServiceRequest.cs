namespace Krait.Index.Services;

/// <summary>A request to a service of an index.</summary>
/// <param name="Url">Where it goes: below the origin of the index.</param>
/// <param name="Index">The address of the index, whose credential is used.</param>
/// <param name="MediaType">What is sent.</param>
/// <param name="Body">The request.</param>
/// <param name="Accepts">The one media type that is an answer.</param>
public sealed record ServiceRequest(SafeUrl Url, SafeUrl Index, string MediaType, byte[] Body, string Accepts);
