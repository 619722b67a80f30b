using Krait.Build.Building;

namespace Krait.Cli.Rendering;

/// <summary>What is being built: its step, and the line that its backend has written last.</summary>
internal sealed class BuildMeter
{
    private const int ShownBuilds = 4;

    private readonly Dictionary<string, (string Step, string Line)> builds = new(StringComparer.Ordinal);

    /// <summary>Whether anything is to be shown.</summary>
    public bool IsActive => builds.Count > 0;

    /// <summary>Ends, whatever is still going on.</summary>
    public void End() => builds.Clear();

    /// <summary>Takes what happened to a build into account.</summary>
    public void Follow(BuildEvent build)
    {
        switch (build)
        {
            case BuildEvent.Started started:
                builds[started.Title] = (started.Step, "");
                break;
            case BuildEvent.Line line when builds.TryGetValue(line.Title, out var known):
                builds[line.Title] = known with { Line = line.Text };
                break;
            case BuildEvent.Finished finished:
                builds.Remove(finished.Title);
                break;
        }
    }

    /// <summary>A line for each build, as many as fit.</summary>
    /// <param name="columns">The columns that a line may take.</param>
    public string[] Lines(int columns) =>
        [
            .. builds
                .OrderBy(build => build.Key, StringComparer.Ordinal)
                .Take(ShownBuilds)
                .Select(build => VisibleText.Fit(Describe(build.Key, build.Value.Step, build.Value.Line), columns)),
            .. builds.Count > ShownBuilds ? [$"and {builds.Count - ShownBuilds} more builds"] : Array.Empty<string>(),
        ];

    private static string Describe(string title, string step, string line)
    {
        var head = $"Building {VisibleText.Escaped(title)} ({step.Replace('_', ' ')})";
        return line.Length == 0 ? head : $"{head}: {VisibleText.Escaped(line)}";
    }
}
