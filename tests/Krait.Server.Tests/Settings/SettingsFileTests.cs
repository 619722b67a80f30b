using Krait.Packaging.Text;
using Krait.Server.Settings;
using Krait.Testing;

namespace Krait.Server.Tests.Settings;

/// <summary>The file of settings.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private const string Database = "[database]\nhosts = [\"db\"]\n";
    private const string Objects = "[objects]\nurl = \"https://s3\"\nbucket = \"krait\"\nkey-file = \"k\"\n";

    private const string Company = """
        host = "0.0.0.0"
        port = 9000
        dir = "store"
        private-hosts = ["files.internal:443"]
        soft-deadline = "500 s"
        largest-upload = "10 MB"
        requests-per-second = 50
        access-log = true

        [spaces.team]
        names = ["acme-*"]

        [spaces.public]
        upstream = "https://example.org/simple"

        [views.default]
        members = ["team", "public"]
        max-age = "5 minutes"
        cool-down = "7 days"
        largest-file = 1000
        allow-quarantined = true

        [[views.default.rules]]
        action = "deny"
        project = "evil"
        version = "<2"
        kind = "wheel"
        file = "*.whl"
        reason = "no"

        [views.inside]
        members = ["team"]
        read = "token"
        """;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Says_everything_that_a_server_is_told()
    {
        var settings = Read(Company);

        Assert.Equal(("0.0.0.0", 9000, folder.At("store")), (settings.Host, settings.Port, settings.Folder));
        Assert.Equal([("files.internal", 443)], settings.PrivateHosts);
        Assert.Equal(
            (10_000_000, 50, true),
            (settings.LargestUpload, settings.RequestsPerSecond, settings.WritesAccessLog)
        );
        Assert.Equal(["team", "public"], settings.Spaces.Select(space => space.Name));
        Assert.Equal(["default", "inside"], settings.Views.Select(view => view.Name));
        var view = settings.Views[0];
        Assert.Equal((TimeSpan.FromMinutes(5), true), (view.MaxAge, view.IsPublic));
        Assert.Equal(
            (TimeSpan.FromDays(7), 1000, true),
            (view.Policy.CoolDown, view.Policy.LargestFile, view.Policy.AllowsQuarantined)
        );
        Assert.Equal(
            ("evil", "<2", "no"),
            (view.Policy.Rules[0].Project, view.Policy.Rules[0].Versions?.ToString(), view.Policy.Rules[0].Reason)
        );
        Assert.False(settings.Views[1].IsPublic);
    }

    [Fact]
    public void Spaces_without_views_make_one_view_with_what_is_private_first()
    {
        var settings = Read("[spaces.public]\nupstream = \"https://example.org/simple\"\n[spaces.team]\n");

        Assert.Equal(["team", "public"], settings.Views.Single().Members);
    }

    [Theory]
    [InlineData("port = 70000", "port")]
    [InlineData("prot = 1", "unknown setting `prot`")]
    [InlineData("port = \"x\"", "port")]
    [InlineData("x = ", "krait-server.toml:1")]
    [InlineData("[spaces.public]\nupstream = \"file:///x\"", "upstream")]
    [InlineData("[spaces.public]\nupstream = \"nonsense\"", "nonsense")]
    [InlineData("[spaces.a]\nupstream = \"https://x/\"\nnames = [\"a\"]", "names")]
    [InlineData("[spaces.\"../x\"]", "is not a valid name")]
    [InlineData("[spaces.UPPER]", "is not a valid name")]
    [InlineData("[spaces.a]\n[views.simple]\nmembers = [\"a\"]", "cannot be the name of a view")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"b\"]", "there is no namespace `b`")]
    [InlineData("[spaces.a]\n[views.v]", "members")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"a\"]\nread = \"all\"", "read")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"a\"]\ncool-down = \"soon\"", "cool-down")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"a\"]\nlargest-file = \"big\"", "largest-file")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"a\"]\n[[views.v.rules]]\nproject = \"x\"", "action")]
    [InlineData("[spaces.a]\n[views.v]\nmembers = [\"a\"]\n[[views.v.rules]]\naction = \"drop\"", "drop")]
    [InlineData(
        "[spaces.a]\n[views.v]\nmembers = [\"a\"]\n[[views.v.rules]]\naction = \"deny\"\nversion = \"new\"",
        "new"
    )]
    [InlineData(
        "[spaces.a]\n[views.v]\nmembers = [\"a\"]\n[[views.v.rules]]\naction = \"deny\"\nkind = \"egg\"",
        "egg"
    )]
    [InlineData("private-hosts = [\"x\"]", "host with its port")]
    [InlineData("[database]\nhosts = [\"db\"]", "needs `[objects]`")]
    [InlineData("[objects]\nurl = \"https://s3\"\nbucket = \"krait\"\nkey-file = \"k\"", "needs `[database]`")]
    [InlineData(Objects + "[database]\nname = \"krait\"", "needs `hosts`")]
    [InlineData(Objects + "[database]\nhosts = [\"db;Password=x\"]", "is not a host")]
    [InlineData(Objects + "[database]\nhosts = [\"db\"]\ntls = \"yes\"", "`tls` must be")]
    [InlineData(Objects + "[database]\nhosts = [\"db\"]\ntls = \"verify\"", "needs `certificates`")]
    [InlineData(Objects + "[database]\nhosts = [\"db\"]\ntls = \"off\"\ncertificates = \"x\"", "is of no use")]
    [InlineData(Objects + "[database]\nhosts = [\"db\"]\npassword = \"x\"", "unknown setting `password`")]
    [InlineData(Objects + "[database]\nhosts = [\"db\"]\nconnections = 0", "connections")]
    [InlineData(Database + "[objects]\nurl = \"s3\"\nbucket = \"krait\"\nkey-file = \"k\"", "is not the `http`")]
    [InlineData(Database + "[objects]\nurl = \"https://s3\"\nbucket = \"Krait\"\nkey-file = \"k\"", "name of a bucket")]
    [InlineData(Database + "[objects]\nurl = \"https://s3\"\nbucket = \"krait\"", "key-file")]
    public void Says_what_is_wrong_and_where(string text, string expected)
    {
        var failure = Assert.Throws<KraitException>(() => Read(text));

        Assert.Equal(FailureKind.UnusableInput, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("krait-server.toml:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_where_servers_keep_what_they_share()
    {
        var settings = Read(
            """
            [database]
            hosts = ["db1.internal:5433", "db2.internal"]
            password-file = "secret"
            certificates = "/etc/ca.pem"
            connections = 7

            [objects]
            url = "https://s3.internal:9000"
            bucket = "krait"
            prefix = "/index/"
            key-file = "keys"
            local-size = "1 GB"
            """
        );

        var database = settings.Database!; // it was read
        Assert.Equal(["db1.internal:5433", "db2.internal"], database.Hosts);
        Assert.Equal(("krait", "krait", 7), (database.Name, database.User, database.Connections));
        Assert.Equal((folder.At("secret"), "/etc/ca.pem"), (database.PasswordFile, database.Certificates));
        Assert.Equal(DatabaseTls.Verify, database.Tls);
        var objects = settings.Objects!; // it was read
        Assert.Equal(("krait", "index/", folder.At("keys")), (objects.Bucket, objects.Prefix, objects.KeyFile));
        Assert.Equal(("us-east-1", 1_000_000_000), (objects.Region, objects.LocalSize));
    }

    private ServerSettings Read(string text) =>
        SettingsFile.Read(folder.Write("krait-server.toml", text), ServerSettings.ForUpstreams("usual", []));
}
