using Krait.Packaging.RequirementsFiles;

namespace Krait.Packaging.Tests.RequirementsFiles;

public sealed class RequirementsFileParserTests
{
    private static readonly Dictionary<string, string> Variables = new() { ["HOST"] = "files.example", ["EMPTY"] = "" };

    private static (RequirementsLine[] Lines, string[] Errors) Parse(string text)
    {
        var (lines, errors) = RequirementsFileParser.Parse(text, "/r.txt", isConstraints: false, Variables);
        return ([.. lines], [.. errors.Select(e => $"{e.Line}: {e.Message}")]);
    }

    [Fact]
    public void Keeps_a_variable_verbatim_beside_its_value()
    {
        var line = Assert.IsType<RequirementsLine.Requested>(
            Assert.Single(Parse("a @ https://${HOST}/a-1.zip # the mirror").Lines)
        );
        Assert.Equal("a @ https://files.example/a-1.zip", line.Text);
        Assert.Equal("a @ https://${HOST}/a-1.zip", line.Verbatim);
    }

    [Theory]
    [InlineData("${UNSET}")]
    [InlineData("${EMPTY}")]
    [InlineData("${lower}")]
    [InlineData("${HOST")]
    [InlineData("$HOST")]
    public void Leaves_what_is_no_set_variable_as_it_is(string text) =>
        Assert.Equal(text, VariableExpansion.Expand(text, Variables));

    [Fact]
    public void Reports_every_error_of_a_file_with_its_line()
    {
        var (lines, errors) = Parse("a\n--frobnicate\nb \\\n  --hash=md5:00\n-e\n--pre=yes\n-i 'x\n");
        Assert.Single(lines);
        Assert.Equal(["2", "3", "5", "6", "7"], errors.Select(e => e.Split(':')[0]));
    }

    [Theory]
    [InlineData("--hash=sha256:00", "hash")]
    [InlineData("  --hash sha256:00 --hash sha256:01", "hash")]
    [InlineData("--config-settings a=b", "config-settings")]
    [InlineData("-C a=b", "config-settings")]
    [InlineData("--global-option=x", "global-option")]
    [InlineData("--pre --hash=sha256:00", "hash")]
    [InlineData("-r other.txt --hash=sha256:00", "hash")]
    public void Refuses_an_option_of_a_requirement_that_is_missing(string line, string option)
    {
        var (lines, errors) = Parse($"a==1\n{line}\n");
        Assert.Single(lines);
        Assert.Equal($"2: `--{option}` stands alone, without the requirement it is for", Assert.Single(errors));
    }

    [Theory]
    [InlineData("a==1 \\ \n  --hash=sha256:00\n")]
    [InlineData("a==1 \\\t\n")]
    [InlineData("--pre \\ \n")]
    [InlineData("a==1 \\ # why\n")]
    [InlineData("a \\\n ==1 \\ \n")]
    public void Refuses_a_backslash_that_white_space_or_a_comment_follows(string text)
    {
        var errors = Parse(text).Errors;
        Assert.Equal("1: trailing characters after the backslash at the end of the line", errors[0]);
    }

    [Fact]
    public void A_backslash_in_a_comment_or_at_the_end_of_the_file_is_harmless()
    {
        Assert.Equal(2, Parse("# a \\ \na # b \\ \nb \\").Lines.Length);
        Assert.Empty(Parse("# a \\ \na # b \\ \nb \\").Errors);
    }

    [Fact]
    public void Locations_keep_the_variables_that_they_are_written_with()
    {
        var line = Assert.IsType<RequirementsLine.Configured>(
            Assert.Single(Parse("-i https://${HOST}/simple --find-links /a -f https://${HOST}/b").Lines)
        );
        Assert.Equal("https://files.example/simple", line.Options.IndexUrl?.Target.Text);
        Assert.Equal("https://${HOST}/simple", line.Options.IndexUrl?.Written);
        Assert.Equal(["/a", "https://${HOST}/b"], line.Options.FindLinks.Select(link => link.Written));
        Assert.Equal(["/a", "https://files.example/b"], line.Options.FindLinks.Select(link => link.Target.Text));
    }

    [Theory]
    [InlineData("-r file:///etc/secret.txt")]
    [InlineData("-c file:/etc/secret.txt")]
    [InlineData("-r FILE:secret.txt")]
    public void A_file_from_a_server_includes_none_of_this_machine(string line)
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("https://host.example/r.txt", isConstraints: false);
        tree.Supply($"a\n{line}\n-r next.txt\n");
        Assert.Equal("https://host.example/next.txt", tree.NextMissing);
        var error = Assert.Single(tree.Errors);
        Assert.Equal(("remote-include", 2), (error.Code, error.Line));
    }

    [Fact]
    public void A_file_from_a_server_learns_no_variables()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("https://host.example/r.txt", isConstraints: false);
        tree.Supply("-r https://thief.example/?${HOST}\n");
        Assert.Equal("https://thief.example/?${HOST}", tree.NextMissing);
    }

    [Fact]
    public void Lets_the_last_rule_on_binaries_win()
    {
        var line = Assert.IsType<RequirementsLine.Configured>(
            Assert.Single(Parse("--no-binary :all: --only-binary Foo_Bar --no-binary :none:,x").Lines)
        );
        Assert.Equal(["x"], line.Options.NoBinary);
        Assert.Equal(["foo-bar"], line.Options.OnlyBinary);
    }

    [Fact]
    public void Reads_files_that_include_each_other_once_and_says_so()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("/p/a.txt", isConstraints: false);
        while (tree.NextMissing is { } location)
            tree.Supply(location == "/p/a.txt" ? "x\n-r sub/b.txt\ny\n" : "-r ../a.txt\nz\n");

        var lines = tree.Flatten("/p/a.txt", isConstraints: false);

        Assert.Equal(["x", "z", "y"], lines.OfType<RequirementsLine.Requested>().Select(line => line.Text));
        var error = Assert.Single(tree.Errors);
        Assert.Contains("/p/a.txt", error.Message);
        Assert.Contains("/p/sub/b.txt", error.Message);
    }

    [Fact]
    public void Joins_a_remote_include_to_the_address_of_the_file()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("https://host.example/x/r.txt", isConstraints: false);
        tree.Supply("-c ../limits.txt\n");
        Assert.Equal("https://host.example/limits.txt", tree.NextMissing);
    }

    [Fact]
    public void Reads_long_continuations_and_deep_includes_in_linear_time()
    {
        var continued = string.Concat(Enumerable.Repeat("a\\\n", 100_000));
        Assert.Single(Parse(continued).Lines);

        var tree = new RequirementsTree(Variables);
        tree.Add("/0.txt", isConstraints: false);
        for (var depth = 1; tree.NextMissing is not null; depth++)
            tree.Supply(depth < 500 ? $"-r {depth}.txt\n" : "end\n");
        Assert.Single(tree.Flatten("/0.txt", isConstraints: false));
        Assert.Empty(tree.Errors);
    }

    [Theory]
    [Trait("Speed", "slow")]
    [InlineData("end\n", 1, 0)]
    [InlineData("--pre\n", null, 1)]
    public void Reads_files_that_are_included_again_and_again_in_bounded_time(string end, int? lines, int errors)
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("/0.txt", isConstraints: false);
        for (var depth = 1; tree.NextMissing is not null; depth++)
            tree.Supply(depth < 40 ? $"-r {depth}.txt\n-r {depth}.txt\n" : end);
        var flat = tree.Flatten("/0.txt", isConstraints: false);
        Assert.True(lines is null || flat.Count == lines);
        Assert.Equal(errors, tree.Errors.Count);
    }

    [Fact]
    public void Repeats_the_options_of_a_file_that_is_included_again_because_the_last_counts()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("/r.txt", isConstraints: false);
        while (tree.NextMissing is { } location)
        {
            tree.Supply(
                location switch
                {
                    "/r.txt" => "-r a.txt\n-r b.txt\n-r a.txt\n-r c.txt\n-r c.txt\n",
                    "/c.txt" => "c\n",
                    _ => $"-i https://{location[1]}.example/\n",
                }
            );
        }

        var lines = tree.Flatten("/r.txt", isConstraints: false);
        var indexes = lines.OfType<RequirementsLine.Configured>().Select(line => $"{line.Options.IndexUrl}");
        Assert.Equal(["https://a.example/", "https://b.example/", "https://a.example/"], indexes);
        Assert.Single(lines.OfType<RequirementsLine.Requested>());
    }

    [Fact]
    public void Stops_at_a_server_that_includes_ever_more_files()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("https://host.example/0.txt", isConstraints: false);
        for (var depth = 1; depth < 20_000 && tree.NextMissing is not null; depth++)
            tree.Supply($"-r {depth}.txt\n");
        Assert.Null(tree.NextMissing);
        Assert.Contains("10000 files", Assert.Single(tree.Errors).Message);
    }
}
