using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Tests.Operations;
using Krait.Projects.Workspaces;
using Krait.Testing;

namespace Krait.Projects.Tests.Locking;

/// <summary>
/// Random edits of random projects: the next lock changes nothing that the edit does not force, and a check knows whether a lock is up to date.
/// `KRAIT_RANDOM_EDITS` says how many are tried.
/// </summary>
public sealed class RandomEditTests : IAsyncLifetime
{
    private const int EditsOfProject = 10;
    private static readonly int Edits = int.Parse(
        Environment.GetEnvironmentVariable("KRAIT_RANDOM_EDITS") ?? "40",
        CultureInfo.InvariantCulture
    );
    private readonly TempFolder folder = new();
    private TestBench bench = null!; // made before each test
    private readonly List<string> needless = [];
    private int solved;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => bench = await TestBench.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_lock_changes_only_as_far_as_an_edit_forces_it()
    {
        for (var seed = 0; seed < Edits / EditsOfProject; seed++)
        {
            var project = new RandomProject(seed, bench.Index);
            var place = $"p{seed}";
            folder.Write($"{place}/pyproject.toml", project.Manifest());
            while (await LockAsync(place) is null)
                folder.Write($"{place}/pyproject.toml", Undone(project));
            for (var edit = 0; edit < EditsOfProject; edit++)
                await TryEditAsync(project, place, $"seed {seed}, edit {edit}");
        }

        Assert.Empty(needless);
        Assert.True(solved >= Edits / 2, $"only {solved} edits have a solution");
    }

    /// <summary>A project whose requirements contradict each other is edited until they do not.</summary>
    private static string Undone(RandomProject project)
    {
        project.Edit();
        return project.Manifest();
    }

    private async Task TryEditAsync(RandomProject project, string place, string which)
    {
        var before = Read(place);
        var (manifest, lockFile) = (folder.At($"{place}/pyproject.toml"), folder.At($"{place}/pylock.toml"));
        var oldManifest = await File.ReadAllTextAsync(manifest, Token);
        var oldLock = await File.ReadAllTextAsync(lockFile, Token);
        var oldMeaning = project.Meaning;
        var undo = project.Edit();
        await File.WriteAllTextAsync(manifest, project.Manifest(), Token);
        var isSame = string.Equals(oldMeaning, project.Meaning, StringComparison.Ordinal);
        await CheckAsync(place, isFresh: isSame, which);

        var after = await LockAsync(place);
        if (after is null)
        {
            Assert.Equal(oldLock, await File.ReadAllTextAsync(lockFile, Token));
            undo();
            await File.WriteAllTextAsync(manifest, project.Manifest(), Token);
            await CheckAsync(place, isFresh: true, which);
            return;
        }

        solved++;
        await CheckAsync(place, isFresh: true, which);
        var text = await File.ReadAllTextAsync(lockFile, Token);
        await LockAsync(place);
        Assert.Equal(text, await File.ReadAllTextAsync(lockFile, Token));
        foreach (var name in ChangedIn(before, after))
        {
            if (await CouldStayAsync(project, before, after, name))
                needless.Add($"{which}: {name} need not have changed from {before[name]} to {after[name]}");
        }

        await UndoneAsync(place, oldManifest, oldLock, which);
        await File.WriteAllTextAsync(manifest, project.Manifest(), Token);
        await File.WriteAllTextAsync(lockFile, text, Token);
    }

    /// <summary>With the manifest of before, the lock of before is up to date, and the one of after is unless the edit said nothing new.</summary>
    private async Task UndoneAsync(string place, string oldManifest, string oldLock, string which)
    {
        await File.WriteAllTextAsync(folder.At($"{place}/pyproject.toml"), oldManifest, Token);
        await File.WriteAllTextAsync(folder.At($"{place}/pylock.toml"), oldLock, Token);
        await CheckAsync(place, isFresh: true, which);
    }

    /// <summary>Whether there is a solution that changes less: one in which this package, and all that did not change, stay.</summary>
    private async Task<bool> CouldStayAsync(
        RandomProject project,
        ImmutableSortedDictionary<string, string> before,
        ImmutableSortedDictionary<string, string> after,
        string name
    )
    {
        if (before[name].Contains(' ', StringComparison.Ordinal))
            return false;
        // New packages, and those that have to change, are as new as they can be: an older one of them is no better.
        var bounds = after
            .Keys.Where(one => !after[one].Contains(' ', StringComparison.Ordinal))
            .Select(one =>
                !before.TryGetValue(one, out var old) || old == after[one] ? $"{one}=={after[one]}"
                : one == name ? $"{one}=={old}"
                : $"{one}>={after[one]}"
            );
        var list = string.Join(", ", bounds.Select(bound => $"\"{bound}\""));
        folder.Write("other/pyproject.toml", project.Manifest($"[tool.krait]\nconstraint-dependencies = [{list}]\n"));
        if (await LockAsync("other", isDryRun: true) is not { } other)
            return false;
        var (less, more) = (
            ChangedIn(before, other).ToHashSet(StringComparer.Ordinal),
            ChangedIn(before, after).ToList()
        );
        return less.IsProperSubsetOf(more);
    }

    /// <summary>The packages that are there before and after, in other versions.</summary>
    private static IEnumerable<string> ChangedIn(
        ImmutableSortedDictionary<string, string> before,
        ImmutableSortedDictionary<string, string> after
    ) => before.Keys.Where(name => after.TryGetValue(name, out var now) && now != before[name]);

    private async Task CheckAsync(string place, bool isFresh, string which)
    {
        var request = RequestOf(place) with { Use = LockUse.Check };
        if (isFresh)
        {
            await new LockOperation(bench.Bench).RunAsync(request, isDryRun: false, Token);
            return;
        }

        var stale = await Record.ExceptionAsync(() => new LockOperation(bench.Bench).RunAsync(request, false, Token));
        Assert.True(stale is KraitException { Diagnostic.Code: "stale-lock" }, $"{which} was not noticed: {stale}");
    }

    /// <summary>The versions that are locked now; null where there is no solution.</summary>
    private async Task<ImmutableSortedDictionary<string, string>?> LockAsync(string place, bool isDryRun = false)
    {
        var answer = await new LockOperation(bench.Bench).RunAsync(RequestOf(place), isDryRun, Token);
        return answer is LockAnswer.Ready ready ? VersionsOf(ready.Lock.Pylock) : null;
    }

    private LockRequest RequestOf(string place) =>
        new(new WorkspaceFinder(folder.At(place)).Find(folder.At(place)), new LockOptions());

    private ImmutableSortedDictionary<string, string> Read(string place)
    {
        var text = File.ReadAllText(folder.At($"{place}/pylock.toml"));
        Assert.True(Pylock.TryParse(text, "pylock.toml", out var pylock, out var errors), string.Join('\n', errors));
        return VersionsOf(pylock);
    }

    private static ImmutableSortedDictionary<string, string> VersionsOf(Pylock pylock) =>
        pylock
            .Packages.GroupBy(package => package.Name, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(
                group => group.Key,
                group => string.Join(' ', group.Select(package => package.Version)),
                StringComparer.Ordinal
            );
}
