namespace Krait.Cli.Tests.Commands;

public sealed class ServeTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Starts_the_server_with_what_was_said_and_passes_its_exit_code_on()
    {
        var server = line.Write("bin/krait-server", $"#!/bin/sh\nprintf '%s\\n' \"$@\" > {line.At("words")}\nexit 7\n");
        File.SetUnixFileMode(server, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        line["PATH"] = line.At("bin");

        var answer = await line.TypeAsync(
            "serve --port 9 --index-url http://a/ -i http://b/ --dir store --host 127.0.0.1"
        );

        Assert.Equal(7, answer.Code);
        Assert.Equal(
            [
                "serve",
                $"--stop-with={Environment.ProcessId}",
                "--host=127.0.0.1",
                "--port=9",
                "--dir=store",
                "--index-url=http://a/",
                "--index-url=http://b/",
            ],
            line.Read("words").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Says_where_the_server_belongs_when_it_is_not_there()
    {
        line["PATH"] = line.At("empty");

        (await line.TypeAsync("serve")).Failed(1, "`krait-server` was not found next to krait");
    }
}
