namespace Krait.Conformance;

/// <summary>Answers requests of the conformance protocol.</summary>
internal static class Replies
{
    /// <summary>The reply to a request.</summary>
    public static JsonObject For(JsonObject request)
    {
        var reply = new JsonObject { ["id"] = request["id"]?.DeepClone() };
        if (Operations.All.TryGetValue(request["op"]?.GetValue<string>() ?? "", out var operation))
            reply["out"] = operation((JsonObject)request["in"]!);
        else
            reply["unsupported"] = true;
        return reply;
    }
}
