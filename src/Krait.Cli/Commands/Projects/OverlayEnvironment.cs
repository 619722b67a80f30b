using System.Buffers;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Projects;

/// <summary>
/// What `--with` adds for one run: an environment in the cache that has the added packages, and behind them sees those of the environment below,
/// which stays as it is.
/// </summary>
internal sealed class OverlayEnvironment(KraitContext context, ParsedArguments arguments, CommandRun run)
{
    private const string LinkName = "_krait_below.pth";

    private static readonly SearchValues<char> PartsOfOne = SearchValues.Create("<>=!~@;[");

    private static readonly Parsing.Option[] Options =
    [
        RunOptions.With,
        RunOptions.WithEditable,
        RunOptions.WithRequirements,
    ];

    /// <summary>Whether anything is added.</summary>
    public bool IsWanted => Array.Exists(Options, option => arguments.Values(option).Count > 0);

    /// <summary>Makes it ready; null where that failed, and the user was told why.</summary>
    /// <exception cref="KraitException">It cannot be made ready.</exception>
    public async Task<RunPlace?> PrepareAsync(PythonEnvironment below, CancellationToken cancellationToken)
    {
        var key = KeyOf(below);
        var cached = new CachedEnvironment(Path.Join(run.Cache.Bucket(CacheBucket.Environments), $"with-{key[..24]}"));
        using var held = await cached.HoldAsync(context, arguments, cancellationToken);
        var probe = new InterpreterProbe(run.Cache);
        var isReady =
            cached.HasStamp(key) && !arguments.IsOn(PipOptions.Upgrade) && !arguments.IsOn(PipOptions.Refresh);
        if (!isReady)
        {
            if (!await MakeAsync(below, cached.Path, probe, cancellationToken))
                return null;
            cached.WriteStamp(key);
        }

        var overlay = await PythonEnvironment.OpenAsync(cached.Path, probe, cancellationToken);
        var place = RunPlace.Of(overlay);
        return place with { Programs = [.. place.Programs, .. RunPlace.Of(below).Programs], Base = below };
    }

    private async Task<bool> MakeAsync(
        PythonEnvironment below,
        string path,
        InterpreterProbe probe,
        CancellationToken cancellationToken
    )
    {
        var maker = await EnvironmentAccess
            .Discovery(context, run.Cache)
            .FindBaseAsync(EnvironmentAccess.Request(below.Executable), cancellationToken);
        FolderTree.Remove(path);
        VenvBuilder.Create(
            VenvRequest.For(maker.Interpreter, path, ProductVersion.Number) with
            {
                BaseExecutable = maker.Program,
            }
        );
        var overlay = await PythonEnvironment.OpenAsync(path, probe, cancellationToken);
        if (!await InstallAsync(overlay, cancellationToken))
        {
            FolderTree.Remove(path);
            return false;
        }

        var folders = new[] { below.Layout.SitePackages, below.Layout.PlatformSitePackages }.Distinct(
            StringComparer.Ordinal
        );
        var lines = folders.Select(folder => $"import site; site.addsitedir({PythonLiteral(folder)})\n");
        AtomicFile.Write(
            Path.Join(overlay.Layout.SitePackages, LinkName),
            Encoding.UTF8.GetBytes(string.Concat(lines)),
            durable: false
        );
        return true;
    }

    private async Task<bool> InstallAsync(PythonEnvironment overlay, CancellationToken cancellationToken)
    {
        var sources = new RequirementSources
        {
            Packages = [.. arguments.Values(RunOptions.With).SelectMany(PackagesIn)],
            Editables = [.. arguments.Values(RunOptions.WithEditable)],
            Files = [.. arguments.Values(RunOptions.WithRequirements)],
        };
        var (inputs, target, indexes) = await run.AskAsync(sources, overlay.Interpreter, cancellationToken);
        var request = new InstallRequest(overlay, inputs, target)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Install = InstallArguments.Options(arguments),
        };
        var outcome = await new InstallOperation(run.Bench(indexes, overlay.Interpreter, request)).RunAsync(
            request,
            cancellationToken
        );
        run.Display.Stop();
        if (outcome is not InstallOutcome.NoSolution none)
            return true;
        DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
        return false;
    }

    /// <summary>`a,b` is two packages; `a>=1,&lt;2` is one.</summary>
    private static IEnumerable<string> PackagesIn(string text) =>
        text.AsSpan().IndexOfAny(PartsOfOne) < 0 ? NameLists.Split([text]) : [text];

    private string KeyOf(PythonEnvironment below)
    {
        var text = new StringBuilder(below.Root).Append('\n').Append(below.Interpreter.Version).Append('\n');
        foreach (var option in Options)
        {
            foreach (var value in arguments.Values(option))
                text.Append(option.Name).Append('=').Append(value).Append('\n');
        }

        foreach (var file in arguments.Values(RunOptions.WithRequirements))
        {
            if (PlainFile.TryRead(Path.GetFullPath(file, context.WorkingFolder), out var content) == FileError.None)
                text.Append(content).Append('\n');
        }

        text.Append(context.WorkingFolder);
        return CachedEnvironment.KeyOf(text.ToString());
    }

    private static string PythonLiteral(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
