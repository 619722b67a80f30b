using Krait.Cli.Commands;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Tests.Parsing;

public sealed class ArgumentParserTests
{
    private static ParsedArguments Parse(string line, params (string Name, string Value)[] variables) =>
        ArgumentParser.Parse(
            CommandTable.All,
            [.. line.Split(' ')],
            variables.ToDictionary(pair => pair.Name, pair => pair.Value)
        );

    [Fact]
    public void Every_command_is_found_by_its_own_words()
    {
        foreach (var entry in CommandTable.All.Entries)
            Assert.Equal(entry.Path, entry.Make().Path);
    }

    [Fact]
    public void Reads_values_glued_spaced_and_after_an_equals_sign()
    {
        var parsed = Parse("pip install -rone.txt -r two.txt --requirements=three.txt flask");
        Assert.Equal(["one.txt", "two.txt", "three.txt"], parsed.Values(PipOptions.Requirements));
        Assert.Equal(["flask"], parsed.Positionals);
    }

    [Fact]
    public void Reads_bundled_flags_and_general_options_before_the_command()
    {
        var parsed = Parse("--cache-dir /c pip install -qU flask");
        Assert.Equal("/c", parsed.Value(GlobalOptions.CacheDir));
        Assert.Equal(1, parsed.Count(GlobalOptions.Quiet));
        Assert.True(parsed.IsOn(PipOptions.Upgrade));
    }

    [Fact]
    public void Takes_a_prefix_that_only_one_option_has() =>
        Assert.Equal("https://i/", Parse("pip install --index-u https://i/ a").Value(IndexOptions.IndexUrl));

    [Fact]
    public void Lets_the_last_of_a_flag_and_its_opposite_win()
    {
        Assert.False(Parse("pip install --require-hashes --no-require-hashes a").IsOn(PipOptions.RequireHashes));
        Assert.True(Parse("pip install --no-require-hashes --require-hashes a").IsOn(PipOptions.RequireHashes));
    }

    [Fact]
    public void Takes_defaults_from_variables_and_lets_the_command_line_win()
    {
        Assert.Equal(
            "https://v/",
            Parse("pip install a", ("KRAIT_INDEX_URL", "https://v/")).Value(IndexOptions.IndexUrl)
        );
        Assert.Equal(
            "https://c/",
            Parse("pip install -i https://c/ a", ("KRAIT_INDEX_URL", "https://v/")).Value(IndexOptions.IndexUrl)
        );
        Assert.Null(Parse("pip install a", ("KRAIT_INDEX_URL", "")).Value(IndexOptions.IndexUrl));
    }

    [Fact]
    public void Leaves_everything_behind_two_dashes_alone() =>
        Assert.Equal(["-x", "--y"], Parse("pip install -- -x --y").Positionals);

    [Theory]
    [InlineData("pip instal a", "krait pip install")]
    [InlineData("pip install --requirment a", "--requirement")]
    [InlineData("pip install --user a", "krait venv")]
    [InlineData("pip install --resolution newest a", "lowest-direct")]
    public void Tells_what_to_type_instead(string line, string hint)
    {
        var error = Assert.Throws<UsageException>(() => Parse(line));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(hint, string.Join(' ', error.Diagnostic.Hints));
    }

    [Fact]
    public void Has_no_option_whose_spelling_is_taken_in_its_command()
    {
        foreach (var command in CommandTable.All.All)
        {
            var options = command.Options().Concat(GlobalOptions.All).ToList();
            var spellings = options.SelectMany(option => option.Aliases.Prepend(option.Name)).ToList();
            Assert.Equal(spellings.Distinct(), spellings);
            // A command may take a letter for itself that is a general one elsewhere (`-n` of pip-compile).
            foreach (var group in new[] { command.Options(), GlobalOptions.All })
            {
                var letters = group.Where(option => option.Short != '\0').Select(option => option.Short).ToList();
                Assert.Equal(letters.Distinct(), letters);
            }
        }
    }
}
