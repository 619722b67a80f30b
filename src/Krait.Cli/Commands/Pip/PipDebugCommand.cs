using System.Globalization;
using System.Runtime.InteropServices;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip debug`: what a report on a problem needs to know of this machine, in the lines of `pip debug`.</summary>
internal static class PipDebugCommand
{
    private const int FewTags = 10;

    public static Command Command { get; } =
        new("pip debug", "Show versions, trust settings and compatible tags, for reports on problems")
        {
            Options = () => [PipOptions.Python, PipOptions.System, .. PipOptions.Machine, .. PipOptions.Tags],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (interpreter, _) = await run.FindBuildPythonAsync(cancellationToken);
        var lines = context.Terminal;
        lines.WriteResult($"pip version: {PipVersionCommand.LikePip} (krait {ProductVersion.Number})");
        lines.WriteResult($"sys.version: {interpreter.Build}");
        lines.WriteResult($"sys.executable: {interpreter.Executable}");
        lines.WriteResult($"sys.platform: {interpreter.Markers.SysPlatform}");
        lines.WriteResult("sys.implementation:");
        lines.WriteResult($"  name: {interpreter.Implementation}");
        lines.WriteResult($"krait executable: {Environment.ProcessPath}");
        lines.WriteResult($"runtime: {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
        lines.WriteResult($"'cert' config value: {arguments.Value(GlobalOptions.Certificates) ?? "Not specified"}");
        foreach (var name in (string[])["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"])
            lines.WriteResult($"{name}: {context.Variables.GetValueOrDefault(name) ?? "None"}");
        lines.WriteResult($"cache: {run.Cache.Root}");
        WriteTags(context, arguments, interpreter);
        return ExitCodes.Done;
    }

    private static void WriteTags(KraitContext context, ParsedArguments arguments, Interpreter interpreter)
    {
        var tags = TargetArguments.Create(context, arguments, interpreter).Tags.Tags.ToList();
        Option[] chosen =
        [
            PipOptions.Platform,
            PipOptions.PythonVersion,
            PipOptions.PythonPlatform,
            PipOptions.Implementation,
            PipOptions.Abi,
        ];
        var target = string.Join(
            ' ',
            chosen.Where(arguments.WasGiven).Select(option => $"{option.Name}={arguments.Value(option)}")
        );
        var suffix = target.Length > 0 ? $" (target: {target})" : "";
        context.Terminal.WriteResult(
            string.Create(CultureInfo.InvariantCulture, $"Compatible tags: {tags.Count}{suffix}")
        );
        var isShort = context.Terminal.Verbosity < Verbosity.Verbose && tags.Count > FewTags;
        foreach (var tag in isShort ? tags.Take(FewTags) : tags)
            context.Terminal.WriteResult($"  {tag}");
        if (isShort)
            context.Terminal.WriteResult("  ...\n  [First 10 tags shown. Pass --verbose to show all.]");
    }
}
