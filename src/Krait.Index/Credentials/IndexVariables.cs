namespace Krait.Index.Credentials;

/// <summary>
/// Credentials that the environment holds for an index by its name: `KRAIT_INDEX_NAME_USERNAME` and `KRAIT_INDEX_NAME_PASSWORD`, else
/// the same with `UV_`. The name is in capitals, and what is neither a letter nor a digit in it is an underscore.
/// </summary>
public static class IndexVariables
{
    /// <summary>The credential for an index; null where the environment has none. An empty variable counts as unset.</summary>
    public static Credential? Find(string name, IReadOnlyDictionary<string, string> variables)
    {
        var capitals = string.Create(
            name.Length,
            name,
            static (span, name) =>
            {
                for (var i = 0; i < name.Length; i++)
                    span[i] = char.IsAsciiLetterOrDigit(name[i]) ? char.ToUpperInvariant(name[i]) : '_';
            }
        );
        foreach (var tool in (ReadOnlySpan<string>)["KRAIT", "UV"])
        {
            var user = variables.GetValueOrDefault($"{tool}_INDEX_{capitals}_USERNAME", "");
            var password = variables.GetValueOrDefault($"{tool}_INDEX_{capitals}_PASSWORD", "");
            if (user.Length + password.Length > 0)
                return new Credential(user, password);
        }

        return null;
    }
}
