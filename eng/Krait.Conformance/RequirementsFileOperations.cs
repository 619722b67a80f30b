using Krait.Packaging.RequirementsFiles;

namespace Krait.Conformance;

/// <summary>`requirements_txt.parse`.</summary>
internal static class RequirementsFileOperations
{
    /// <summary>Where the files of a case are thought to be.</summary>
    private const string Root = "/case";

    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal) { ["requirements_txt.parse"] = Parse };

    private static JsonArray? Parse(JsonObject input)
    {
        var variables = Entries(input["env"]!.AsObject());
        var files = Entries(input["files"]!.AsObject());
        var entry = Path.Combine(Root, input.Text("entry"));
        var tree = new RequirementsTree(variables);
        tree.Add(entry, isConstraints: false);
        while (tree.NextMissing is { } location)
        {
            if (files.TryGetValue(Path.GetRelativePath(Root, location), out var text))
                tree.Supply(text);
            else
                tree.Fail(new Packaging.Text.Diagnostic("missing", location));
        }

        var lines = tree.Flatten(entry, isConstraints: false);
        return tree.Errors.Count > 0 ? null : new JsonArray([.. lines.Select(Describe)]);
    }

    private static Dictionary<string, string> Entries(JsonObject input) =>
        input.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal);

    private static JsonNode Describe(RequirementsLine line) =>
        line switch
        {
            RequirementsLine.Requested requested => Describe(requested),
            RequirementsLine.Configured configured => new JsonObject { ["options"] = Describe(configured.Options) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static JsonObject Describe(RequirementsLine.Requested line)
    {
        var described = new JsonObject
        {
            ["requirement"] = line.Text,
            ["editable"] = line.IsEditable,
            ["constraint"] = line.IsConstraint,
        };
        var hashes = new JsonObject();
        foreach (var group in line.Hashes.GroupBy(hash => hash.Split(':')[0], StringComparer.Ordinal))
            hashes[group.Key] = Json.Array(group.Select(hash => hash[(group.Key.Length + 1)..]));
        if (hashes.Count > 0)
            described["hashes"] = hashes;
        if (!line.GlobalOptions.IsEmpty)
            described["global_options"] = Json.Array(line.GlobalOptions);
        if (!line.ConfigSettings.IsEmpty)
            described["config_settings"] = Describe(line.ConfigSettings);
        return described;
    }

    /// <summary>A key that is given again gets a list of values.</summary>
    private static JsonObject Describe(IEnumerable<string> settings)
    {
        var described = new JsonObject();
        foreach (var group in settings.GroupBy(setting => setting.Split('=')[0], StringComparer.Ordinal))
        {
            var values = group.Select(setting => setting[(group.Key.Length + 1)..]).ToList();
            described[group.Key] = values.Count == 1 ? JsonValue.Create(values[0]) : Json.Array(values);
        }

        return described;
    }

    private static JsonObject Describe(LineOptions options)
    {
        var described = new JsonObject();
        if (options.IndexUrl is not null)
            described["index_url"] = options.IndexUrl.ToString();
        (string Name, IEnumerable<string> Values)[] lists =
        [
            ("extra_index_urls", options.ExtraIndexUrls.Select(url => url.ToString())),
            ("find_links", options.FindLinks.Select(link => link.ToString())),
            ("no_binary", options.NoBinary),
            ("only_binary", options.OnlyBinary),
            ("trusted_hosts", options.TrustedHosts),
            ("features", options.Features),
        ];
        foreach (var (name, values) in lists.Where(list => list.Values.Any()))
            described[name] = Json.Array(values);
        (string Name, bool IsSet)[] flags =
        [
            ("no_index", options.HasNoIndex),
            ("pre", options.AllowsPrereleases),
            ("prefer_binary", options.PrefersBinary),
            ("require_hashes", options.RequiresHashes ?? false),
        ];
        foreach (var (name, _) in flags.Where(flag => flag.IsSet))
            described[name] = true;
        return described;
    }
}
