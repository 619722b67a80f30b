using System.Text;
using Krait.Testing;

namespace Krait.Build.Tests.Git;

/// <summary>A repository served as plain files over HTTP, which git calls the dumb protocol.</summary>
internal sealed class DumbGitServer : FakeServer
{
    private readonly string folder;
    private readonly string? login;

    private DumbGitServer(string folder, string? login)
    {
        this.folder = folder;
        this.login = login;
    }

    /// <summary>Serves a copy of a repository at its folder's name.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="bare">Where the copy is made.</param>
    /// <param name="login">`user:password`, or null for everybody.</param>
    public static async Task<DumbGitServer> StartAsync(string repository, string bare, string? login)
    {
        await GitRepositoriesTests.RunAsync(repository, "clone", "-q", "--bare", ".", bare);
        await GitRepositoriesTests.RunAsync(bare, "update-server-info");
        return new DumbGitServer(Path.GetDirectoryName(bare)!, login); // below a folder
    }

    protected override FakeReply Answer(FakeRequest request)
    {
        var expected = login is null ? "" : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));
        if (login is not null && !string.Equals(request["Authorization"], expected, StringComparison.Ordinal))
            return new FakeReply(401, "", ("WWW-Authenticate", "Basic realm=\"x\""));
        var path = Path.Combine(folder, request.Path.Split('?')[0].TrimStart('/'));
        return File.Exists(path) ? new FakeReply(200, File.ReadAllBytes(path)) : new FakeReply(404, "not found");
    }
}
