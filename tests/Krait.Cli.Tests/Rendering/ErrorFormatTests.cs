using System.Text.Json;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;

namespace Krait.Cli.Tests.Rendering;

/// <summary>Errors and warnings for programs: `--error-format json`.</summary>
public sealed class ErrorFormatTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private static JsonElement[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => JsonDocument.Parse(one).RootElement)];

    [Theory]
    [InlineData("--error-format json pip instal", "usage")]
    [InlineData("pip install --error-format=json --nonsense x", "usage")]
    [InlineData("pip install --error-format json --resolution wrong y", "usage")]
    [InlineData("pip compile missing.in --error-format json", "unreadable-input")]
    public async Task Prints_an_error_as_one_object(string words, string code)
    {
        var answer = await line.TypeAsync(words);
        Assert.Equal(2, answer.Code);
        var error = Assert.Single(Lines(answer.Error));
        Assert.Equal("error", error.GetProperty("level").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Array, error.GetProperty("notes").ValueKind);
        Assert.Equal(JsonValueKind.Array, error.GetProperty("hints").ValueKind);
    }

    [Fact]
    public async Task Takes_the_format_from_the_environment_unless_the_command_line_names_another()
    {
        line["KRAIT_ERROR_FORMAT"] = "json";
        Assert.Single(Lines((await line.TypeAsync("nonsense")).Error));
        Assert.StartsWith("error: ", (await line.TypeAsync("nonsense --error-format text")).Error);
        line["KRAIT_ERROR_FORMAT"] = "yaml";
        (await line.TypeAsync("cache dir")).Failed(2, "`yaml` is not a value for the variable `KRAIT_ERROR_FORMAT`");
    }

    [Fact]
    public async Task Says_nothing_but_errors_and_warnings()
    {
        line.Index.Add("tool", "3.0");
        line.Write("a.in", "tool\n");
        var answer = await line.TypeAsync("pip compile a.in --error-format json");
        Assert.Equal("", answer.Succeeded().Error);
        answer = await line.TypeAsync("pip compile a.in --error-format json -v");
        Assert.All(Lines(answer.Succeeded().Error), one => Assert.Equal("info", one.GetProperty("level").GetString()));
    }

    [Fact]
    public void S1_31_Names_the_subject_the_place_and_the_causes()
    {
        var diagnostic = new Diagnostic("hash-mismatch", "a\u001b")
        {
            Source = "https://user:secret@host/files/demo_x-1.0-py3-none-any.whl#sha256=00",
            Cause = new Diagnostic("inner", "b")
            {
                Source = "a.in",
                Line = 3,
                Cause = new Diagnostic("root", "c"),
            },
        };
        var error = JsonDocument.Parse(DiagnosticJson.Of(diagnostic, "warning", "/srv/.venv")).RootElement;
        Assert.Equal("demo-x", error.GetProperty("package").GetString());
        Assert.Equal("1.0", error.GetProperty("version").GetString());
        Assert.DoesNotContain("secret", error.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("/srv/.venv", error.GetProperty("environment").GetString());
        var cause = error.GetProperty("cause");
        Assert.Equal("a.in", cause.GetProperty("file").GetString());
        Assert.Equal(3, cause.GetProperty("line").GetInt32());
        Assert.Equal("root", cause.GetProperty("cause").GetProperty("code").GetString());
        Assert.False(error.TryGetProperty("file", out _));
    }

    [Fact]
    public void Prints_an_interrupt_as_an_error()
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, isInteractive: false, useColor: false)
        {
            WritesJsonErrors = true,
        };
        DiagnosticRenderer.WriteInterrupted(terminal);
        Assert.Equal("interrupted", Assert.Single(Lines(error.ToString())).GetProperty("code").GetString());
    }
}
