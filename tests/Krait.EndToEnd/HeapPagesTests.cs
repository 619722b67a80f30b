using System.Diagnostics;
using System.Globalization;

namespace Krait.EndToEnd;

/// <summary>Objects lie in large pages, where the system has them: `smaps` (proc(5)) tells for each mapping.</summary>
public sealed class HeapPagesTests
{
    [Fact]
    public async Task A_waiting_command_holds_its_objects_in_large_pages()
    {
        const string Choice = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipUnless(
            File.Exists(Choice)
                && !(await File.ReadAllTextAsync(Choice, TestContext.Current.CancellationToken)).Contains(
                    "[never]",
                    StringComparison.Ordinal
                ),
            "the system has no large pages"
        );
        using var sandbox = new Sandbox();
        Assert.NotEmpty(await AdvisedAsync(sandbox, limit: "unlimited"));
        // Where the address space is limited, it is not known how much of it the collector took.
        Assert.Empty(await AdvisedAsync(sandbox, limit: "8000000"));
    }

    /// <summary>The sizes, in KiB, of the mappings for which large pages are asked for, in a command that waits for its standard input.</summary>
    private static async Task<List<long>> AdvisedAsync(Sandbox sandbox, string limit)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"ulimit -v {limit}; exec {Machine.Krait} pip compile --no-index -");
        start.WorkingDirectory = sandbox.At(".");
        using var process = Process.Start(start)!; // a program that is there
        try
        {
            var sizes = new List<long>();
            for (var attempt = 0; attempt < 50 && sizes.Count == 0; attempt++)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
                sizes = Advised(
                    await File.ReadAllLinesAsync(
                        string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/smaps"),
                        TestContext.Current.CancellationToken
                    )
                );
            }

            return sizes;
        }
        finally
        {
            process.Kill();
        }
    }

    private static List<long> Advised(string[] lines)
    {
        var sizes = new List<long>();
        long size = 0;
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is "Size:")
                size = long.Parse(words[1], CultureInfo.InvariantCulture);
            else if (words[0] is "VmFlags:" && words.Contains("hg", StringComparer.Ordinal))
                sizes.Add(size);
        }

        return sizes;
    }
}
