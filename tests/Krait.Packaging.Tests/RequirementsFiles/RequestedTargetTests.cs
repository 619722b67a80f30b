using Krait.Packaging.RequirementsFiles;

namespace Krait.Packaging.Tests.RequirementsFiles;

public sealed class RequestedTargetTests
{
    private static string Read(string text, bool isEditable = false)
    {
        if (!RequestedTarget.TryParse(text, text, isEditable, out var target, out var error))
            return error.Message;
        return target switch
        {
            RequestedTarget.Named named => $"named {named.Requirement}",
            RequestedTarget.Unnamed u =>
                $"{(u.IsPath ? "path" : u.Vcs ?? "url")} {u.Location} {u.Name?.Value} [{string.Join(',', u.Extras)}] {u.Subdirectory} {u.Marker}".TrimEnd(),
            _ => "",
        };
    }

    [Theory]
    [InlineData("flask>=1 ; os_name == 'nt'", "named flask>=1 ; os_name == 'nt'")]
    [InlineData("a @ https://h/a.zip#egg=a", "named a @ https://h/a.zip#egg=a")]
    [InlineData("a[x] @ file:///p/a", "named a[x] @ file:///p/a")]
    [InlineData("./a-1.tar.gz", "path ./a-1.tar.gz  []")]
    [InlineData("a-1-py3-none-any.whl", "path a-1-py3-none-any.whl a []")]
    [InlineData("sub/dir[x, Y]; python_full_version < '3'", "path sub/dir  [x,y]  python_full_version < '3'")]
    [InlineData(".", "path .  []")]
    [InlineData("C:\\wheels\\a", "path C:\\wheels\\a  []")]
    [InlineData(
        "https://h/b-1%2Bl-py3-none-any.whl?q=1 ; os_name == 'nt'",
        "url https://h/b-1%2Bl-py3-none-any.whl?q=1 b []  os_name == 'nt'"
    )]
    [InlineData("https://h/a;b.zip", "url https://h/a;b.zip  []")]
    [InlineData(
        "git+ssh://git@h/e.git@main#egg=E_x[d]&subdirectory=s/t",
        "git git+ssh://git@h/e.git@main#egg=E_x[d]&subdirectory=s/t e-x [d] s/t"
    )]
    [InlineData("file:///srv/c-1.tar.gz", "url file:///srv/c-1.tar.gz  []")]
    public void Tells_names_from_urls_and_paths(string text, string expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData(".", "path .  []")]
    [InlineData("plain", "path plain  []")]
    [InlineData("./sub[x]", "path ./sub  [x]")]
    [InlineData("git+https://h/r.git@v1#egg=r", "git git+https://h/r.git@v1#egg=r r []")]
    [InlineData("file:///p", "url file:///p  []")]
    [InlineData(
        "https://h/a.zip",
        "`https://h/a.zip` cannot be installed: only a local folder or a repository can be editable"
    )]
    [InlineData("", "`` cannot be installed: a path or URL is missing")]
    public void Editables_are_folders_or_repositories(string text, string expected) =>
        Assert.Equal(expected, Read(text, isEditable: true));

    [Fact]
    public void The_text_that_was_written_is_kept_beside_the_expanded_one()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["ROOT"] = "/srv" };
        var (lines, errors) = RequirementsFileParser.Parse(
            "file://${ROOT}/x.whl\n-e ./a ; os_name == 'nt'\n",
            "r.txt",
            isConstraints: false,
            variables
        );
        Assert.Empty(errors);
        Assert.True(RequestedTarget.TryParse((RequirementsLine.Requested)lines[0], out var first, out _));
        Assert.Equal(
            ("file://${ROOT}/x.whl", "file:///srv/x.whl"),
            (first.Verbatim, ((RequestedTarget.Unnamed)first).Location)
        );
        Assert.True(RequestedTarget.TryParse((RequirementsLine.Requested)lines[1], out var second, out _));
        Assert.True(((RequestedTarget.Unnamed)second).IsEditable);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Mutated_texts_never_throw()
    {
        Mutations.Run(
            "git+ssh://git@h/e.git@main#egg=E_x[d]&subdirectory=s/t ; os_name == 'nt'",
            15_000,
            text => _ = (Read(text), Read(text, isEditable: true))
        );
        Mutations.Run(
            "./a-1.whl[x,y] ; os_name == 'nt'",
            15_000,
            text => _ = (Read(text), Read(text, isEditable: true))
        );
    }

    [Theory]
    [InlineData("61203d3d31", "a ==1", false)]
    [InlineData("efbbbfc3a9", "é", false)]
    [InlineData("fffe6100e900", "aé", false)]
    [InlineData("feff006100e9", "aé", false)]
    [InlineData("fffe000061000000", "a", false)]
    [InlineData("23636f64696e673a206c6174696e2d310ae9", "#coding: latin-1\né", false)]
    [InlineData("61e9", "aé", true)]
    public void Finds_the_encoding_of_a_file(string hex, string expected, bool isGuessed)
    {
        Assert.True(
            RequirementsFileEncoding.TryDecode(Convert.FromHexString(hex), out var text, out var warning, out _)
        );
        Assert.Equal((expected, isGuessed), (text, warning is not null));
    }

    [Theory]
    [InlineData(
        "# coding: big9\n\xe9",
        "unknown encoding `big9` in a `coding` comment, and the file is not valid UTF-8"
    )]
    [InlineData("# coding: cp1252\n\x81", "the file declares the encoding `cp1252`, but is not encoded in it")]
    [InlineData("# coding: ascii\n\xe9", "the file declares the encoding `ascii`, but is not encoded in it")]
    [InlineData("\xef\xbb\xbf\xe9", "the file declares the encoding `utf-8`, but is not encoded in it")]
    public void A_wrong_encoding_is_an_error(string bytes, string message)
    {
        var content = System.Text.Encoding.Latin1.GetBytes(bytes);
        Assert.False(RequirementsFileEncoding.TryDecode(content, out _, out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Theory]
    [InlineData("cp1252", "\x80\xe9", "€é")]
    [InlineData("windows-1251", "\xe9", "й")]
    [InlineData("ISO_8859-15", "\xa4", "€")]
    [InlineData("iso-8859-1", "\xe9", "é")]
    [InlineData("koi8-r", "\xca", "й")]
    [InlineData("mac-roman", "\x8e", "é")]
    [InlineData("cp850", "\x82", "é")]
    [InlineData("latin-1-unix", "\xe9", "é")]
    [InlineData("utf-8-dos", "\xc3\xa9", "é")]
    [InlineData("UTF8", "\xc3\xa9", "é")]
    public void Reads_the_encoding_that_a_comment_declares(string name, string bytes, string expected)
    {
        var content = System.Text.Encoding.Latin1.GetBytes($"# -*- coding: {name} -*-\nfoo # {bytes}\n");
        Assert.True(RequirementsFileEncoding.TryDecode(content, out var text, out var warning, out _));
        Assert.EndsWith($"foo # {expected}\n", text);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData("# Used for geocoding: geopy and friends\nfoo\n", "geopy")]
    [InlineData("# coding: shift_jis\nfoo # é\n", "shift_jis")]
    public void An_unknown_encoding_is_no_reason_to_refuse_valid_UTF8(string content, string name)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        Assert.True(RequirementsFileEncoding.TryDecode(bytes, out var text, out var warning, out _));
        Assert.Equal(content, text);
        Assert.Contains($"`{name}`", warning?.Message);
    }

    [Fact]
    public void A_hundred_thousand_openings_of_variables_cost_no_more_than_their_length()
    {
        var text = string.Concat(Enumerable.Repeat("${", 200_000));
        Assert.Equal(text, VariableExpansion.Expand(text, new Dictionary<string, string>(StringComparer.Ordinal)));
    }
}
