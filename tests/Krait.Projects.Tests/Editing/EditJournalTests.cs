using Krait.Platform.Locks;
using Krait.Projects.Editing;
using Krait.Testing;

namespace Krait.Projects.Tests.Editing;

public sealed class EditJournalTests
{
    [Fact]
    public void Files_become_what_they_were_unless_they_are_kept()
    {
        using var folder = new TempFolder();
        var (manifest, locked) = (folder.Write("pyproject.toml", "old"), folder.At("pylock.toml"));
        using (EditJournal.Begin(folder.Path, [manifest, locked]))
        {
            File.WriteAllText(manifest, "new");
            File.WriteAllText(locked, "new");
        }

        Assert.Equal("old", File.ReadAllText(manifest));
        Assert.False(File.Exists(locked));
        using (var journal = EditJournal.Begin(folder.Path, [manifest]))
        {
            File.WriteAllText(manifest, "new");
            journal.Keep();
        }

        Assert.Equal("new", File.ReadAllText(manifest));
        Assert.False(File.Exists(folder.At(EditJournal.FileName)));
    }

    [Fact]
    public void The_next_process_finishes_what_a_killed_one_began()
    {
        using var folder = new TempFolder();
        var manifest = folder.Write("member/pyproject.toml", "old");
        Abandon(folder, manifest);
        EditJournal.HealAbove(folder.At("member"));
        Assert.Equal("old", File.ReadAllText(manifest));
        Assert.False(File.Exists(folder.At(EditJournal.FileName)));
    }

    [Fact]
    public void Files_that_a_killed_process_never_finished_are_removed()
    {
        using var folder = new TempFolder();
        var manifest = folder.Write("member/pyproject.toml", "old");
        // What a write leaves that is cut off before its end, in both directories; and what others have left, who need no lock.
        string[] unfinished = [folder.At(".krait-new-held-1"), folder.At("member/.krait-new-held-2")];
        var other = folder.Write(".krait-new-3", "");
        foreach (var file in unfinished)
            File.WriteAllText(file, "half");
        Abandon(folder, manifest);
        using (FolderLock.TryAcquire(folder.Path))
            EditJournal.HealHeld(folder.Path);
        Assert.Equal("old", File.ReadAllText(manifest));
        Assert.DoesNotContain(unfinished, File.Exists);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public void One_that_is_still_at_work_is_left_alone()
    {
        using var folder = new TempFolder();
        var manifest = folder.Write("pyproject.toml", "old");
        Abandon(folder, manifest);
        using (FolderLock.TryAcquire(folder.Path))
            EditJournal.HealAbove(folder.Path);
        Assert.Equal("new", File.ReadAllText(manifest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{\"path\":")]
    [InlineData("{}")]
    public void A_torn_journal_changes_nothing(string text)
    {
        using var folder = new TempFolder();
        var manifest = folder.Write("pyproject.toml", "kept");
        folder.Write(EditJournal.FileName, text);
        EditJournal.HealAbove(folder.Path);
        Assert.Equal("kept", File.ReadAllText(manifest));
    }

    /// <summary>What a process leaves that was killed after the first write.</summary>
    private static void Abandon(TempFolder folder, string manifest)
    {
        var journal = EditJournal.Begin(folder.Path, [manifest]);
        File.WriteAllText(manifest, "new");
        var written = File.ReadAllBytes(folder.At(EditJournal.FileName));
        journal.Keep();
        File.WriteAllBytes(folder.At(EditJournal.FileName), written);
    }
}
