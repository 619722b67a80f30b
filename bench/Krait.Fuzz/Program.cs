using System.Globalization;
using System.Runtime.InteropServices;
using Krait.Fuzz;
using SharpFuzz;
using SharpFuzz.Common;

// Krait.Fuzz list                  the names of the targets
// Krait.Fuzz seeds TARGET FOLDER   writes the inputs to start from
// Krait.Fuzz run TARGET            reads inputs from afl-fuzz; without it, one from standard input
unsafe
{
    // Instrumented code counts its branches here until afl-fuzz provides the memory it reads them from.
    Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(1 << 16);
}

switch (args)
{
    case ["list"]:
        foreach (var target in FuzzTargets.All)
            Console.WriteLine(target.Name);
        return 0;
    case ["seeds", var name, var folder]:
        var seeds = Find(name).Seeds;
        Directory.CreateDirectory(folder);
        for (var i = 0; i < seeds.Length; i++)
            File.WriteAllBytes(Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), seeds[i]);
        return 0;
    case ["run", var name]:
        var run = Find(name).Run;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            run(input.ToArray());
        });
        return 0;
    default:
        Console.Error.WriteLine("usage: Krait.Fuzz list | seeds TARGET FOLDER | run TARGET");
        return 2;
}

static FuzzTarget Find(string name) =>
    FuzzTargets.All.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.Ordinal))
    ?? throw new ArgumentException($"there is no target `{name}`", nameof(name));
