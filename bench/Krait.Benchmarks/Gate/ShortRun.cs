using System.Reflection;
using BenchmarkDotNet.Running;
using Krait.Benchmarks.Suites;

namespace Krait.Benchmarks.Gate;

/// <summary>
/// Measures benchmarks in a few seconds, for comparisons with baselines. What it counts is processor time, so that it does not matter what
/// else the machine does, and of several turns the fastest, which was disturbed the least.
/// </summary>
internal static class ShortRun
{
    private const int Turns = 8;
    private const int MaximumCalls = 1 << 14;
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(4);

    /// <summary>Measures benchmarks.</summary>
    /// <param name="names">Their names; null for all.</param>
    public static async Task<Figures> MeasureAsync(IReadOnlySet<string>? names)
    {
        var figures = new Dictionary<string, Figure>(StringComparer.Ordinal);
        foreach (var (name, benchmark) in AllSuites.Benchmarks)
        {
            if (names is null || names.Contains(name))
                figures.Add(name, await MeasureAsync(await PrepareAsync(benchmark)));
        }

        return new Figures(figures);
    }

    /// <summary>Makes a benchmark ready; what it returns does its work a number of times.</summary>
    public static async Task<Func<int, Task>> PrepareAsync(BenchmarkCase benchmark)
    {
        var description = benchmark.Descriptor;
        var suite = Activator.CreateInstance(description.Type)!; // a class with a constructor without parameters
        foreach (var parameter in benchmark.Parameters.Items)
            description.Type.GetProperty(parameter.Name)!.SetValue(suite, parameter.Value); // where the name is from
        if (description.GlobalSetupMethod?.Invoke(suite, []) is Task prepared)
            await prepared;
        var work = description.WorkloadMethod;
        var isAsync = work.ReturnType.IsGenericType && work.ReturnType.IsAssignableTo(typeof(Task));
        var result = isAsync ? work.ReturnType.GetGenericArguments()[0] : work.ReturnType;
        var repeat = typeof(ShortRun)
            .GetMethod(isAsync ? nameof(RepeatAsync) : nameof(Repeat), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(result); // both are below
        return (Func<int, Task>)repeat.Invoke(null, [suite, work])!; // that is what they return
    }

    private static Func<int, Task> Repeat<T>(object suite, MethodInfo work)
    {
        var call = work.CreateDelegate<Func<T>>(suite);
        return count =>
        {
            for (var i = 0; i < count; i++)
                Result<T>.Last = call();
            return Task.CompletedTask;
        };
    }

    private static Func<int, Task> RepeatAsync<T>(object suite, MethodInfo work)
    {
        var call = work.CreateDelegate<Func<Task<T>>>(suite);
        return async count =>
        {
            for (var i = 0; i < count; i++)
                Result<T>.Last = await call();
        };
    }

    private static async Task<Figure> MeasureAsync(Func<int, Task> repeat)
    {
        // The first call compiles.
        await repeat(1);
        var calls = 1;
        while ((await TurnAsync(repeat, calls)).Time < LongEnough && calls < MaximumCalls)
            calls *= 2;
        var (time, bytes) = (TimeSpan.MaxValue, long.MaxValue);
        for (var turn = 0; turn < Turns; turn++)
        {
            var (taken, allocated) = await TurnAsync(repeat, calls);
            (time, bytes) = (taken < time ? taken : time, Math.Min(bytes, allocated));
        }

        return new Figure(Math.Round(time.TotalNanoseconds / calls), bytes / calls);
    }

    private static async Task<(TimeSpan Time, long Bytes)> TurnAsync(Func<int, Task> repeat, int calls)
    {
        GC.Collect();
        var before = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
        var thread = Environment.CurrentManagedThreadId;
        var began = Environment.CpuUsage.TotalTime;
        await repeat(calls);
        var taken = Environment.CpuUsage.TotalTime - began;
        // What a thread allocates is counted to the byte; the sum of all threads only to what each has set aside.
        return Environment.CurrentManagedThreadId == thread
            ? (taken, GC.GetAllocatedBytesForCurrentThread() - before.Item2)
            : (taken, GC.GetTotalAllocatedBytes(precise: true) - before.Item1);
    }

    /// <summary>Keeps what a benchmark returns, so that its work is not left out.</summary>
    private static class Result<T>
    {
#pragma warning disable S4487 // It is written for the sake of writing it.
        public static T? Last { get; set; }
#pragma warning restore S4487
    }
}
