using System.Text;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>How indexes are named, where their credentials come from, and what of their addresses may be seen.</summary>
public sealed class IndexOptionTests : IDisposable
{
    private readonly CommandLine line = new();

    public IndexOptionTests()
    {
        line.Index.Add("lib", "1.0");
        line.Write("a.in", "lib\n");
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("KRAIT", "corp", "CORP")]
    [InlineData("UV", "corp", "CORP")]
    [InlineData("UV", "my-corp.net", "MY_CORP_NET")]
    public async Task Takes_credentials_of_a_named_index_from_the_environment(string tool, string name, string variable)
    {
        Close();
        var command = $"pip compile a.in --index {name}={line.Index.Url}";
        (await line.TypeAsync(command)).Failed(1, "401");
        line[$"{tool}_INDEX_{variable}_USERNAME"] = "amy";
        line[$"{tool}_INDEX_{variable}_PASSWORD"] = "open sesame";
        var answer = await line.TypeAsync(command);
        Assert.Equal(["lib==1.0"], answer.Succeeded().Pins());
        Assert.DoesNotContain("sesame", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_the_environment_more_than_the_address()
    {
        Close();
        line.Write(
            "krait.toml",
            $"[[index]]\nname = 'corp'\nurl = '{line.Index.Url.Replace("//", "//amy:old@", StringComparison.Ordinal)}'\nauthenticate = 'always'\n"
        );
        (await line.TypeAsync("pip compile a.in")).Failed(1, "401");
        line["UV_INDEX_CORP_USERNAME"] = "amy";
        line["UV_INDEX_CORP_PASSWORD"] = "open sesame";
        (await line.TypeAsync("pip compile a.in")).Succeeded();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Refuses_a_name_that_no_option_could_repeat(string name)
    {
        line.Write("krait.toml", $"[[index]]\nname = '{name}'\nurl = '{line.Index.Url}'\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "krait.toml:2", "`name`");
    }

    [Fact]
    public async Task Shows_no_value_of_a_variable_in_an_address()
    {
        line["PLACE"] = line.Index.Url;
        line.Write("b.in", "-i ${PLACE}\nlib\n");
        var answer = await line.TypeAsync("pip compile b.in --emit-index-annotation --emit-index-url --no-header");
        Assert.Equal(
            "--index-url ${PLACE}\n\nlib==1.0\n    # via -r b.in\n    # from ${PLACE}\n",
            answer.Succeeded().Output
        );
        line.Write("b.in", "-i ${PLACE}\nlost\n");
        answer = await line.TypeAsync("pip compile b.in");
        answer.Failed(1, "${PLACE}");
        Assert.DoesNotContain(line.Index.Url, answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exclude-newer = 'yesterdayish'", "`exclude-newer` in krait.toml:1")]
    [InlineData("exclude-newer-package = { lib = 'yesterdayish' }", "`exclude-newer-package` in krait.toml:1")]
    public async Task Says_which_setting_holds_no_moment(string setting, string place)
    {
        line.Write("krait.toml", setting + "\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, place, "yesterdayish");
    }

    [Theory]
    [InlineData("file:sub/b.in")]
    [InlineData("file:./sub/b.in")]
    public async Task Starts_a_relative_file_URL_from_the_file_that_holds_it(string url)
    {
        line.Write("sub/b.in", "lib\n-c file:c.txt\n");
        line.Write("sub/c.txt", "lib<2\n");
        line.Write("x.in", $"-r {url}\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile x.in")).Succeeded().Pins());
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip", "compile", url)).Succeeded().Pins());
    }

    [Theory]
    [InlineData("--index-url")]
    [InlineData("--extra-index-url")]
    [InlineData("--index")]
    [InlineData("--default-index")]
    public async Task Refuses_an_index_beside_the_word_that_there_is_none(string option)
    {
        var answer = await line.TypeAsync($"pip compile a.in --no-index {option} {line.Index.Url}");
        answer.Failed(2, "`--no-index`", $"`{option}`");
        Assert.Empty(line.Index.Requests);
        // What is configured is what the option is there to switch off.
        line["KRAIT_INDEX_URL"] = line.Index.Url;
        (await line.TypeAsync("pip compile a.in --no-index")).Failed(1, "there is no index");
    }

    [Theory]
    [InlineData("lib @ http://[::1/lib-1.0-py3-none-any.whl")]
    [InlineData("lib @ http://host:port/lib-1.0-py3-none-any.whl")]
    public async Task Refuses_an_address_that_cannot_be_one_before_anything_is_asked(string requirement)
    {
        line.Write("b.in", $"other\n{requirement}\n");
        (await line.TypeAsync("pip compile b.in")).Failed(2, "b.in:2", requirement.Split(' ')[2]);
        Assert.Empty(line.Index.Requests);
    }

    /// <summary>From now on only one user is answered.</summary>
    private void Close()
    {
        var wanted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("amy:open sesame"));
        foreach (var path in (string[])["/simple/lib/", "/lib-1.0-py3-none-any.whl.metadata"])
        {
            line.Index.On(path, request => request["Authorization"] == wanted ? null : new FakeReply(401));
        }
    }
}
