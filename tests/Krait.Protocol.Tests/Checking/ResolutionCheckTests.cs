using Krait.Packaging.Names;
using Krait.Protocol.Checking;
using Krait.Protocol.Resolving;
using Krait.Protocol.Tests.Fakes;

namespace Krait.Protocol.Tests.Checking;

/// <summary>A right answer is believed; a wrong one is noticed, whatever is wrong with it.</summary>
public sealed class ResolutionCheckTests
{
    private static RightAnswer Linux() =>
        new(Questions.Linux) { Known = [.. new RightAnswer(Questions.Linux).World.Projects] };

    [Fact]
    public async Task The_right_answer_is_believed()
    {
        var right = Linux();
        var answer = await right.AnswerAsync();
        Assert.Equal(
            ["app 2.0", "core 4.0", "logs 2.0", "loop 1.1", "pinned 1.1", "tool 1.1", "web 2.1"],
            answer.Packages.Select(package => $"{package.Name} {package.Version}")
        );
        Assert.IsType<CheckedAnswer.Sound>(await right.CheckAsync(answer));
    }

    [Fact]
    public async Task The_right_answer_is_believed_by_who_knows_nothing_else()
    {
        var right = new RightAnswer(Questions.Linux);
        Assert.IsType<CheckedAnswer.Sound>(await right.CheckAsync(await right.AnswerAsync()));
    }

    [Fact]
    public async Task The_right_answer_for_many_environments_is_believed()
    {
        var everything = new RightAnswer(Questions.Everything);
        var right = new RightAnswer(Questions.Everything) { Known = [.. everything.World.Projects] };
        Assert.IsType<CheckedAnswer.Sound>(await right.CheckAsync(await right.AnswerAsync()));
    }

    [Fact]
    public async Task An_answer_comes_back_from_its_bytes_as_it_was()
    {
        var right = Linux();
        var answer = await right.AnswerAsync();
        Assert.True(ResolutionAnswer.TryRead(answer.ToBytes(), out var again, out _));
        Assert.Equal(answer.ToBytes(), again.ToBytes());
        Assert.Equal(answer.Packages, again.Packages);
        Assert.IsType<CheckedAnswer.Sound>(await right.CheckAsync(again));
    }

    [Fact]
    public async Task Every_wrong_answer_is_noticed()
    {
        var right = Linux();
        var answer = await right.AnswerAsync();
        var mutations = Mutations.Of(right, answer).ToList();
        var unnoticed = new List<string>();
        foreach (var mutation in mutations)
        {
            if (await right.CheckAsync(mutation.Answer) is not CheckedAnswer.Refused)
                unnoticed.Add(mutation.Name);
        }

        Assert.Empty(unnoticed);
        Assert.True(mutations.Count >= 120, $"{mutations.Count} mutations");
    }

    [Fact]
    public async Task Who_knows_only_the_pages_of_what_was_asked_for_notices_all_but_withheld_versions()
    {
        var right = new RightAnswer(Questions.Linux)
        {
            Known = [PackageName.Parse("app"), PackageName.Parse("pinned")],
        };
        var answer = await right.AnswerAsync();
        var unnoticed = new List<string>();
        foreach (var mutation in Mutations.Of(right, answer))
        {
            if (await right.CheckAsync(mutation.Answer) is not CheckedAnswer.Refused)
                unnoticed.Add(mutation.Name);
        }

        // An index that withholds a version, or says something else of it, does the same to a client that resolves by itself.
        Assert.Equal(["core: version 3.0", "logs: version 1.0", "loop: version 1.0", "tool: version 1.0"], unnoticed);
    }

    [Fact]
    public async Task Bytes_that_are_damaged_are_no_answer_or_a_wrong_one_or_say_the_same()
    {
        var right = Linux();
        var answer = await right.AnswerAsync();
        var bytes = answer.ToBytes();
        for (var i = 0; i < bytes.Length; i += 7)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 0x01;
            if (!ResolutionAnswer.TryRead(changed, out var wrong, out _))
                continue;
            if (await right.CheckAsync(wrong) is CheckedAnswer.Sound sound)
            {
                Assert.Equal(
                    answer.Packages.Select(package => (package.Name, package.Version)),
                    sound.Resolution.Packages.Select(package => (package.Name, package.Version))
                );
            }
        }
    }
}
