using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

public sealed class TorchTests : IDisposable
{
    private const string Driver = "KRAIT_CUDA_DRIVER_VERSION";

    private readonly CommandLine line = new();
    private readonly TorchServer torch = new();

    public TorchTests()
    {
        line.Index.Add("torch", "2.9", "six").Add("six", "1.16").Add("app", "1.0", "torch");
        line["KRAIT_TORCH_INDEX_URL"] = torch.Root;
        torch["cpu"].Add("torch", "2.5+cpu", "six").Add("torch", "2.6+cpu", "six").Add("six", "1.17");
        torch["cu128"].Add("torch", "2.7", "six").Add("torch", "2.7+cu128", "six");
    }

    public void Dispose()
    {
        line.Dispose();
        torch.Dispose();
    }

    private async Task<Answer> CompileAsync(string requirements, string options)
    {
        line.Write("a.in", requirements);
        return await line.TypeAsync($"pip compile a.in --no-header {options}");
    }

    private async Task<string[]> PinsAsync(string requirements, string options) =>
        (await CompileAsync(requirements, $"--no-annotate {options}")).Succeeded().Pins();

    [Fact]
    public async Task Takes_the_packages_of_PyTorch_from_the_index_of_the_backend_and_all_else_from_the_usual_one()
    {
        var answer = await CompileAsync("app\n", "--torch-backend cpu --emit-index-annotation");
        Assert.Equal(
            $"""
            app==1.0
                # via -r a.in
                # from {line.Index.Url}
            six==1.16
                # via torch
                # from {line.Index.Url}
            torch==2.6+cpu
                # via app
                # from {torch.Root}/cpu

            """,
            answer.Succeeded().Output
        );
        Assert.DoesNotContain("/simple/torch/", line.Index.Paths);
        Assert.Equal(["/whl/cpu/torch/"], torch.Paths);
    }

    [Fact]
    public async Task Obeys_variable_settings_and_command_line_in_this_order_from_the_weakest()
    {
        line.Write("krait.toml", "[pip]\ntorch-backend = 'cpu'\n");
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await PinsAsync("torch\n", ""));
        line["KRAIT_TORCH_BACKEND"] = "cu128";
        Assert.Equal(["six==1.16", "torch==2.7+cu128"], await PinsAsync("torch\n", ""));
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await PinsAsync("torch\n", "--torch-backend=cpu"));
    }

    [Fact]
    public async Task Takes_a_pin_without_local_label_as_the_backend_has_it()
    {
        Assert.Equal(["six==1.16", "torch==2.5+cpu"], await PinsAsync("torch==2.5\n", "--torch-backend cpu"));
        Assert.Equal(["six==1.16", "torch==2.7+cu128"], await PinsAsync("torch==2.7\n", "--torch-backend cu128"));
        (await CompileAsync("torch==2.7+cu128\n", "--torch-backend cpu")).Failed(1, "`torch==2.7+cu128`", "2.6+cpu");
    }

    [Fact]
    public async Task Lets_the_source_of_a_package_win()
    {
        line.Write(
            "pyproject.toml",
            $"""
            [project]
            name = "mine"
            version = "1"
            dependencies = ["torch"]
            [tool.krait.sources]
            torch = [{"{"} index = "own", marker = "sys_platform == 'win32'" {"}"}]
            [[tool.krait.index]]
            name = "own"
            url = "{line.Index.Url}"
            explicit = true
            """
        );
        const string Command = "pip compile pyproject.toml --no-header --no-annotate --torch-backend cpu";
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], (await line.TypeAsync(Command)).Succeeded().Pins());
        var windows = await line.TypeAsync($"{Command} --python-platform windows");
        Assert.Equal(["six==1.16", "torch==2.9"], windows.Succeeded().Pins());
        Assert.Equal(
            ["six==1.16", "torch==2.6+cpu ; sys_platform != 'win32'", "torch==2.9 ; sys_platform == 'win32'"],
            (await line.TypeAsync($"{Command} --universal")).Succeeded().Pins()
        );
        var without = await line.TypeAsync($"{Command} --universal --no-sources");
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], without.Succeeded().Pins());
    }

    [Fact]
    public async Task Writes_the_index_into_a_lock_file()
    {
        var text = (await CompileAsync("torch\n", "--torch-backend cpu --format pylock.toml")).Succeeded().Output;
        Assert.Contains($"name = \"torch\"\nversion = \"2.6+cpu\"\nindex = \"{torch.Root}/cpu\"\n", text);
    }

    [Fact]
    public async Task Installs_and_syncs_from_the_index_of_the_backend()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install torch --torch-backend cpu")).Succeeded();
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await line.InstalledAsync());
        // What is installed and fits stays.
        (await line.TypeAsync("pip install torch --torch-backend cu128")).Succeeded();
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await line.InstalledAsync());
        (await line.TypeAsync("pip install -U torch --torch-backend cu128")).Succeeded();
        Assert.Equal(["six==1.16", "torch==2.7+cu128"], await line.InstalledAsync());
        line.Write("requirements.txt", "six==1.16\ntorch==2.5\n");
        (await line.TypeAsync("pip sync --torch-backend cpu")).Succeeded();
        Assert.Equal(["six==1.16", "torch==2.5+cpu"], await line.InstalledAsync());
        line.Write("requirements.txt", "six==1.16\ntorch==2.6+cpu\n");
        (await line.TypeAsync("pip sync")).Failed(1, "there is no version 2.6+cpu of `torch`");
        line[Driver] = "550.54.14";
        (await line.TypeAsync("pip sync --torch-backend auto")).Succeeded();
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync --torch-backend cu90")).Succeeded();
    }

    [Fact]
    public async Task Takes_403_as_not_there()
    {
        torch.Missing = 403;
        (await CompileAsync("torch\n", "--torch-backend cu118")).Failed(1, "`torch` was not found on", "/whl/cu118");
        torch.Missing = 401;
        (await CompileAsync("torch\n", "--torch-backend cu118")).Failed(1, "requires other credentials (401)");
    }

    [Fact]
    public async Task Takes_files_of_find_links_too()
    {
        line.WriteWheel(new WheelBuilder("torch", "3.0"));
        Assert.Equal(["torch==3.0"], await PinsAsync("torch\n", $"--torch-backend cpu -f {line.At("")}"));
        Assert.Equal(["torch==3.0"], await PinsAsync("torch\n", $"--torch-backend cpu -f {line.At("")} --no-index"));
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "torch==3.0\n");
        (await line.TypeAsync($"pip sync --torch-backend cpu -f {line.At("")}")).Succeeded();
        Assert.Equal(["torch==3.0"], await line.InstalledAsync());
        (await CompileAsync("torch\n", "--torch-backend cpu --no-index")).Failed(1, "there is no index");
    }

    [Fact]
    public async Task Looks_for_the_newest_build_that_the_driver_runs()
    {
        torch["cu129"].Add("torch", "2.4+cu129", "six");
        line[Driver] = "550.54.14";
        const string Auto = "--torch-backend auto";
        // The newest CUDA that has a fitting version, not the newest version.
        Assert.Equal(["six==1.16", "torch==2.4+cu129"], await PinsAsync("torch\n", Auto));
        Assert.Equal(["six==1.16", "torch==2.7+cu128"], await PinsAsync("torch>=2.5\n", Auto));
        Assert.Equal(
            ["six==1.16", "torch==2.7+cu128"],
            await PinsAsync("torch\n", $"{Auto} --index-strategy unsafe-best-match")
        );
        Assert.Equal(["six==1.16", "torch==2.4+cu129"], await PinsAsync("torch\n", $"{Auto} --universal"));
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await PinsAsync("torch\n", $"{Auto} --python-platform macos"));
        line[Driver] = "418.39";
        Assert.Equal(["six==1.16", "torch==2.6+cpu"], await PinsAsync("torch\n", Auto));
        line[Driver] = "none";
        (await CompileAsync("torch\n", Auto)).Failed(2, "`KRAIT_CUDA_DRIVER_VERSION` is `none`");
    }

    [Fact]
    public async Task Says_what_it_found_and_asks_all_indexes_at_once()
    {
        line[Driver] = "396.26";
        torch.Latency = TimeSpan.FromMilliseconds(100);
        var answer = (await CompileAsync("torch\n", "--torch-backend auto -v")).Succeeded();
        Assert.Contains(
            "NVIDIA driver 396.26 (`KRAIT_CUDA_DRIVER_VERSION`): PyTorch for cu92, cu91, cu90, cu80, cpu",
            answer.Error
        );
        Assert.Equal(5, torch.Paths.Count(path => path.EndsWith("/torch/", StringComparison.Ordinal)));
        Assert.InRange(torch.MostAtOnce, 2, 5);
    }

    [Fact]
    public async Task Never_mixes_builds_for_different_CUDA()
    {
        torch["cu129"].Add("torch", "2.7+cu129", "six");
        torch["cu128"].Add("torchvision", "0.22+cu128", "torch==2.7").Add("triton", "3.0");
        line[Driver] = "550.54.14";
        Assert.Equal(
            ["six==1.16", "torch==2.7+cu128", "torchvision==0.22+cu128"],
            await PinsAsync("torchvision\n", "--torch-backend auto")
        );
        // Triton brings no CUDA of its own.
        Assert.Equal(
            ["six==1.16", "torch==2.7+cu129", "triton==3.0"],
            await PinsAsync("torch\ntriton\n", "--torch-backend auto")
        );
        (await CompileAsync("torch==2.7+cu129\ntorchvision\n", "--torch-backend auto")).Failed(
            1,
            "`torch` 2.7+cu129 needs CUDA 12.9",
            "`torchvision` 0.22+cu128 needs CUDA 12.8"
        );
    }

    [Fact]
    public async Task Explains_a_choice_with_the_same_indexes()
    {
        await line.WithEnvironmentAsync();
        line.Write("a.in", "torch\n");
        var answer = (await line.TypeAsync("pip why torch -r a.in --torch-backend cpu")).Succeeded();
        Assert.Contains("torch 2.6+cpu, the newest", answer.Output);
    }

    [Theory]
    [InlineData("pip install --torch-backend gpu torch", "`gpu` is not a value for `--torch-backend`")]
    [InlineData("pip sync --torch-backend cu12", "`cu12` is not a value for `--torch-backend`")]
    public async Task Refuses_other_backends(string command, string says) =>
        (await line.TypeAsync(command)).Failed(2, says, "auto, cpu, cu132", "xpu");

    /// <summary>Indexes below one address; each is elsewhere, where requests are sent on to.</summary>
    private sealed class TorchServer : FakeServer
    {
        private readonly Dictionary<string, FakeIndex> indexes = new(StringComparer.Ordinal);

        public string Root => $"{Address}/whl";

        /// <summary>What is answered for what is not there.</summary>
        public int Missing { get; set; } = 404;

        public FakeIndex this[string backend]
        {
            get
            {
                if (!indexes.TryGetValue(backend, out var index))
                    indexes.Add(backend, index = new FakeIndex());
                return index;
            }
        }

        protected override FakeReply Answer(FakeRequest request) =>
            request.Path.Split('/') is ["", "whl", var backend, var name, ""]
            && indexes.TryGetValue(backend, out var index)
                ? new FakeReply(302, ("Location", $"{index.Url}{name}/"))
                : new FakeReply(Missing, "not here");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (var index in indexes.Values)
                    index.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
