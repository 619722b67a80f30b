using System.Diagnostics;
using System.Globalization;
using System.Text;
using Krait.Testing;

namespace Krait.Build.Tests.Git;

/// <summary>Repositories served by git's own program for HTTP, as forges serve them: the client says what it wants, and gets that.</summary>
/// <param name="folder">Where the repositories are.</param>
internal sealed class SmartGitServer(string folder) : FakeServer
{
    /// <summary>Skips the test where the program is not there.</summary>
    public static async Task<SmartGitServer> StartAsync(string folder)
    {
        var programs = (await GitRepositoriesTests.RunAsync(folder, "--exec-path")).Trim();
        Assert.SkipWhen(!File.Exists(Path.Combine(programs, "git-http-backend")), "there is no git-http-backend");
        return new SmartGitServer(folder);
    }

    /// <inheritdoc/>
    protected override FakeReply Answer(FakeRequest request)
    {
        var parts = request.Path.Split('?', 2);
        var start = new ProcessStartInfo("git", ["http-backend"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (
            var (name, value) in new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GIT_PROJECT_ROOT"] = folder,
                ["GIT_HTTP_EXPORT_ALL"] = "1",
                ["REQUEST_METHOD"] = request.Method,
                ["PATH_INFO"] = Uri.UnescapeDataString(parts[0]),
                ["QUERY_STRING"] = parts.ElementAtOrDefault(1) ?? "",
                ["CONTENT_TYPE"] = request["Content-Type"],
                ["CONTENT_LENGTH"] = request.Body.Length.ToString(CultureInfo.InvariantCulture),
                ["HTTP_CONTENT_ENCODING"] = request["Content-Encoding"],
                ["GIT_PROTOCOL"] = request["Git-Protocol"],
            }
        )
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!; // starts or throws
        process.StandardInput.BaseStream.Write(request.Body.Span);
        process.StandardInput.Close();
        using var answer = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(answer);
        process.WaitForExit();
        return Parse(answer.ToArray());
    }

    /// <summary>What a program of a web server prints: headers, an empty line, the body.</summary>
    private static FakeReply Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        var headers = Encoding
            .ASCII.GetString(answer, 0, end)
            .Split("\r\n")
            .Select(line => line.Split(": ", 2))
            .Select(parts => (Name: parts[0], Value: parts[1]))
            .ToList();
        var status = headers.Find(header => header.Name == "Status").Value?.Split(' ')[0] ?? "200";
        return new FakeReply(
            int.Parse(status, CultureInfo.InvariantCulture),
            answer[(end + 4)..],
            [.. headers.Where(header => header.Name != "Status")]
        );
    }
}
