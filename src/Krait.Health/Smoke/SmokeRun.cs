using System.Globalization;
using System.Text;
using System.Text.Json;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Health.Smoke;

/// <summary>
/// A child interpreter that forks workers, which share one list of packages. Where a package ends the child itself, the next child goes on
/// behind that package.
/// </summary>
/// <param name="request">The limits, and the environment.</param>
/// <param name="items">The list.</param>
internal sealed class SmokeRun(SmokeRequest request, IReadOnlyList<SmokeItem> items)
{
    private const int AlarmExit = 128 + 14;
    private const int TakenAlongExit = 128 + 9;
    private const int First = 0;
    private const int Kilobyte = 1024;
    private const int OutputTail = 8 * Kilobyte;

    private readonly Dictionary<int, SmokeTrace> traces = items.ToDictionary(
        item => item.Number,
        _ => new SmokeTrace()
    );

    /// <summary>Runs the whole list.</summary>
    /// <param name="width">How many workers there are.</param>
    /// <param name="cancellationToken">Ends all of them.</param>
    /// <returns>What happened to each, by number.</returns>
    public async Task<IReadOnlyDictionary<int, SmokeTrace>> RunAsync(int width, CancellationToken cancellationToken)
    {
        // A package that ends the first child, which starts the others, takes those along: the next one goes on with what is left.
        var left = items;
        for (var starts = 0; starts <= items.Count && left.Count > 0; starts++)
        {
            await RunChildAsync(left, Math.Clamp(width, 1, left.Count), cancellationToken);
            left = [.. items.Where(item => !traces[item.Number].IsFinished)];
        }

        return traces;
    }

    private async Task RunChildAsync(IReadOnlyList<SmokeItem> left, int width, CancellationToken cancellationToken)
    {
        var folder = FolderTree.CreateTemporary("krait-smoke-");
        try
        {
            AtomicFile.Write(Path.Join(folder, "packages.json"), SmokeList.ToJson(left), durable: false);
            await RunChildAsync(folder, width, cancellationToken);
        }
        finally
        {
            FolderTree.Remove(folder);
        }
    }

    private async Task RunChildAsync(string folder, int width, CancellationToken cancellationToken)
    {
        var child = new Child(this);
        var process = new GuardedProcess(request.Environment.Executable)
        {
            Arguments =
            [
                "-I",
                "-W",
                "ignore",
                "-c",
                SmokeScript.Text,
                folder,
                request.TimeLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                request.MemoryLimit.ToString(CultureInfo.InvariantCulture),
                width.ToString(CultureInfo.InvariantCulture),
            ],
            WorkingFolder = folder,
            Environment = SmokeVariables.Of(request),
            ClosesInput = true,
            Limits = new GuardedLimits
            {
                // Children end themselves in time; what keeps them from that ends here.
                Total = (request.TimeLimit * items.Count) + TimeSpan.FromSeconds(30),
                Idle = (request.TimeLimit * 2) + TimeSpan.FromSeconds(5),
            },
        };
        child.End(await process.RunAsync(child.Take, cancellationToken));
    }

    /// <summary>What one child and its workers say while they run.</summary>
    private sealed class Child(SmokeRun run)
    {
        private readonly List<byte> line = [];
        private readonly StringBuilder errors = new();
        private readonly Dictionary<int, SmokeTrace> current = [];

        // Workers beside whose package another one was tried: whose words those were that came meanwhile, nobody can tell.
        private readonly HashSet<int> mixed = [];

        /// <summary>Takes what a child wrote.</summary>
        public void Take(ReadOnlyMemory<byte> bytes, bool isError)
        {
            if (isError)
            {
                errors.Append(Encoding.UTF8.GetString(bytes.Span));
                if (errors.Length > OutputTail)
                    errors.Remove(0, errors.Length - OutputTail);
                return;
            }

            foreach (var value in bytes.Span)
            {
                if (value != (byte)'\n')
                {
                    line.Add(value);
                    continue;
                }

                Read([.. line]);
                line.Clear();
            }
        }

        /// <summary>The end of the first child, and with it of all others.</summary>
        public void End(GuardedResult result)
        {
            var code = result.Stop != GuardedStop.None ? AlarmExit : result.ExitCode;
            foreach (var worker in current.Keys.ToList())
                End(worker, worker == First || code != AlarmExit ? code : TakenAlongExit);
        }

        /// <summary>The end of a worker; the package that it was at, if it was at one, ended it.</summary>
        private void End(int worker, int exitCode)
        {
            if (!current.Remove(worker, out var trace))
                return;
            trace.Ending = new SmokeEnding(
                exitCode == AlarmExit ? SmokeFailureKind.Timeout : SmokeFailureKind.Crash,
                exitCode
            );
            trace.Output = mixed.Remove(worker) ? null : errors.ToString();
        }

        private void Begin(int worker, SmokeTrace trace)
        {
            if (current.Count == 0)
                errors.Clear();
            current[worker] = trace;
            if (current.Count > 1)
                mixed.UnionWith(current.Keys);
        }

        private void Finish(int worker)
        {
            current.Remove(worker);
            mixed.Remove(worker);
        }

        private void Read(byte[] json)
        {
            try
            {
                using var document = JsonDocument.Parse(json);
                var root = document.RootElement;
                var worker = root.GetProperty("worker").GetInt32();
                if (root.TryGetProperty("exit", out var exit))
                {
                    End(worker, exit.GetInt32());
                    return;
                }

                if (!run.traces.TryGetValue(root.GetProperty("package").GetInt32(), out var trace))
                    return;
                if (root.TryGetProperty("done", out _))
                    Finish(worker);
                else if (!current.ContainsKey(worker))
                    Begin(worker, trace);
                trace.Add(root);
            }
            catch (Exception e)
                when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                // A package got hold of the channel; what it wrote there is no answer.
            }
        }
    }
}
