using System.Globalization;
using Krait.Protocol.Batches;
using Krait.Server.Tests.Resolving;
using Krait.Testing;

namespace Krait.Server.Tests.Access;

/// <summary>Every kind of request with every kind of token: what is granted is what the scope says, and nothing else.</summary>
public sealed class GrantTests : CompanyTest
{
    private static readonly string[] Places = ["inside", "team", "default", "public", "*", "insid", "INSIDE", "other"];
    private static readonly WheelBuilder Known = new("acme_known", "1.0");

    private int requests;

    [Fact]
    public async Task A_token_grants_what_its_scope_says_and_nothing_else()
    {
        await UploadAsync(CreateToken("admin:*"), Known);
        foreach (var action in (string[])["read", "upload", "admin"])
        {
            foreach (var place in Places)
            {
                var header = ("Authorization", Basic(CreateToken($"{action}:{place}")));
                var reads = place is "inside" or "*";
                var isOurs = place is "team" or "*";
                var upload = isOurs && action is not "read" ? 200 : 403;
                var change = isOurs && action is "admin" ? 200 : 403;
                await CheckAsync($"{action}:{place}", header, reads ? 200 : 404, upload, change);
            }
        }

        Assert.InRange(requests, 250, int.MaxValue);
    }

    [Fact]
    public async Task A_token_that_has_ended_or_was_never_given_out_grants_nothing()
    {
        var expired = CreateToken(Clock.GetUtcNow() + TimeSpan.FromHours(1), "admin:*");
        var revoked = CreateToken("admin:*");
        await UploadAsync(revoked, Known);
        RevokeToken(revoked);
        Clock.Advance(TimeSpan.FromHours(2));
        var (id, secret) = (revoked.Split('_')[1], revoked.Split('_')[2]);
        string[] wrong =
        [
            Basic(expired),
            Basic(revoked),
            "Bearer " + expired,
            "Bearer " + revoked,
            "Bearer krt_" + new string('0', 12) + "_" + secret,
            $"Bearer krt_{id}_{new string('f', 64)}",
            $"Bearer krt_{id}_",
            "Basic " + Convert.ToBase64String("__token__:"u8),
            "Basic " + Convert.ToBase64String(new byte[900]),
            "Bearer \u0001",
            "Negotiate " + revoked,
        ];
        foreach (var value in wrong)
            await CheckAsync(value, ("Authorization", value), 401, 401, 401);
        // Tokens belong into one header.
        await CheckAsync("a query", ("X-Token", revoked), 401, 401, 401, "?token=" + revoked);
        await CheckAsync("a cookie", ("Cookie", "token=" + revoked), 401, 401, 401);
        Assert.InRange(requests, 130, int.MaxValue);
    }

    public static TheoryData<string> Tricks =>
        [
            "/inside//simple/acme-known/",
            "//inside/simple/acme-known/",
            "/./inside/simple/acme-known/",
            "/default/../inside/simple/acme-known/",
            "/simple/../inside/simple/acme-known/",
            "/%2e%2e/inside/simple/acme-known/",
            "/inside%2fsimple/acme-known/",
            "/inside/simple%2Facme-known/",
            "/inside/simple/acme%2dknown%00/",
            "/inside/simple/acme-known%0d%0aX: y/",
            "/INSIDE/simple/acme-known/",
            "/Inside/simple/acme-known/",
            "/%69nside/simple/acme-known/",
            "/%2569nside/simple/acme-known/",
            "/inside/simple/acme-known/;x=y",
            "/inside\\simple\\acme-known\\",
            "/inside/./simple/acme-known/",
            "/inside/simple/./acme-known/",
            "/inside/simple/acme-known/../acme-known/",
            "/inside/-/krait/v1/../../../simple/acme-known/",
            "/inside/-/krait/v1/shards/../../x",
            "/-/krait/v1/../../inside/simple/acme-known/",
            "/inside/files/team/acme-known/acme_known-1.0-py3-none-any.whl",
            "/inside/files/team/acme-known/acme_known-1.0-py3-none-any.whl.metadata",
            "/inside/files/team/acme-known/%61cme_known-1.0-py3-none-any.whl",
            "/inside/files/team/../team/acme-known/acme_known-1.0-py3-none-any.whl",
        ];

    [Theory]
    [MemberData(nameof(Tricks))]
    public async Task No_other_way_to_write_a_path_leads_around_a_token(string target)
    {
        await UploadAsync(CreateToken("admin:*"), Known);
        foreach (var method in (string[])["GET", "HEAD", "POST", "DELETE", "PUT"])
        {
            var (status, body) = await RawAsync(method, target);
            Assert.Contains(status, (int[])[400, 401, 404, 405]);
            Assert.DoesNotContain("acme_known-1.0", body, StringComparison.Ordinal);
        }
    }

    private async Task CheckAsync(
        string who,
        (string Name, string Value) header,
        int read,
        int upload,
        int change,
        string query = ""
    )
    {
        var file = FilePath("acme-known", Known.FileName, "team");
        string[] paths =
        [
            "/inside/simple/acme-known/",
            "/inside/simple/",
            "/inside" + file,
            $"/inside{file}.metadata",
            "/inside/-/krait/v1/info",
            "/inside/-/krait/v1/removed",
        ];
        foreach (var path in paths)
            await ExpectAsync(who, read, await SendAsync(HttpMethod.Get, path + query, header));
        var asked = new ProjectsRequest().ToBytes();
        var question = Questions.Query("acme-known").ToBytes();
        await ExpectAsync(who, read, await PostAsync("/inside/-/krait/v1/projects" + query, asked, header));
        await ExpectAsync(who, read, await PostAsync("/inside/-/krait/v1/resolve" + query, question, header));
        await ExpectAsync(who, upload, await UploadNewAsync(header, query));
        await ExpectAsync(who, change, await SendAsync(HttpMethod.Post, file + "?yanked=x", header));
        await ExpectAsync(who, change, await SendAsync(HttpMethod.Post, file, header));
        // A file of its own: the one that is read stays.
        var own = FilePath("acme-own", OwnOf(requests).FileName, "team");
        await UploadAsync(CreateToken("admin:*"), OwnOf(requests));
        await ExpectAsync(who, change, await SendAsync(HttpMethod.Delete, own, header));
    }

    private static WheelBuilder OwnOf(int number) =>
        new("acme_own", string.Create(CultureInfo.InvariantCulture, $"1.{number}"));

    private async Task ExpectAsync(string who, int status, HttpResponseMessage response)
    {
        requests++;
        using (response)
        {
            Assert.True(
                status == (int)response.StatusCode,
                $"{who}: {response.RequestMessage} gave {(int)response.StatusCode} in place of {status}"
            );
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, byte[] body, (string, string) header) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(body), header);

    private Task<HttpResponseMessage> UploadNewAsync((string, string) header, string query)
    {
        var wheel = new WheelBuilder("acme_new", string.Create(CultureInfo.InvariantCulture, $"1.{requests}"));
        var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), ":action" },
            { new StringContent(wheel.Name), "name" },
        };
        form.Add(new ByteArrayContent(wheel.Build()), "content", wheel.FileName);
        return SendAsync(HttpMethod.Post, "/upload/team/" + query, form, header);
    }

    /// <summary>The status and body of a target that a client library would tidy up first.</summary>
    private async Task<(int Status, string Body)> RawAsync(string method, string target)
    {
        var address = new Uri(Server.Address);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Token);
        await using var stream = socket.GetStream();
        var text = $"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text), Token);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(Token);
        return (int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture), answer);
    }
}
