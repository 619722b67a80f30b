using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;

namespace Krait.Protocol.Tests.Checking;

/// <summary>Everything that can be wrong with an answer: with the answer itself, and with each of its packages.</summary>
internal static class Mutations
{
    public static IEnumerable<Mutation> Of(RightAnswer right, ResolutionAnswer answer) =>
        OfEnvelope(right, answer).Concat(answer.Packages.SelectMany((_, i) => OfPackage(right, answer, i)));

    private static IEnumerable<Mutation> OfEnvelope(RightAnswer right, ResolutionAnswer answer)
    {
        yield return new("another request", answer with { Request = ContentDigest.Of([1]) });
        yield return new("another engine", answer with { Engine = "krait-resolver/2" });
        foreach (var outcome in Enum.GetValues<AnswerOutcome>().Where(outcome => outcome is not AnswerOutcome.Solved))
            yield return new($"outcome {outcome}", answer with { Outcome = outcome });
        yield return new("an older serial", answer with { Serial = 89 });
        yield return new("a negative serial", answer with { Serial = -1 });
        yield return new("too old", answer with { Time = RightAnswer.Now.AddDays(-3) });
        yield return new("from the future", answer with { Time = RightAnswer.Now.AddDays(1) });
        yield return new("nothing at all", answer with { Packages = [] });
        yield return new("in another order", answer with { Packages = [.. answer.Packages.Reverse()] });
        yield return new("nothing consulted", answer with { Consulted = [] });
        yield return new("consulted twice", answer with { Consulted = answer.Consulted.Add(answer.Consulted[0]) });
        foreach (var (name, version) in ((string, string)[])[("winonly", "1.0"), ("junk", "1.0")])
        {
            var extra = right.Package(
                new AnswerPackage(PackageName.Parse(name), Version.Parse(version)) { Index = "public" },
                Version.Parse(version)
            );
            yield return new($"{name}, which nothing needs", With(answer, answer.Packages.Add(extra)));
        }
    }

    private static IEnumerable<Mutation> OfPackage(RightAnswer right, ResolutionAnswer answer, int i)
    {
        var package = answer.Packages[i];
        foreach (var (what, changed) in Changes(right, package))
            yield return new($"{package.Name}: {what}", With(answer, answer.Packages.SetItem(i, changed)));
        yield return new($"{package.Name}: left out", With(answer, answer.Packages.RemoveAt(i)));
        yield return new($"{package.Name}: twice", With(answer, answer.Packages.Insert(i, package)));
        yield return new(
            $"{package.Name}: not consulted",
            answer with
            {
                Consulted = [.. answer.Consulted.Where(pair => pair.Project != package.Name)],
            }
        );
    }

    private static IEnumerable<(string What, AnswerPackage Changed)> Changes(RightAnswer right, AnswerPackage package)
    {
        var page = right.World.ReadPage(package.Name).Page;
        for (var v = 0; v < page.VersionCount; v++)
        {
            var version = page.VersionAt(v);
            if (version != package.Version)
                yield return ($"version {version}", right.Package(package, version));
        }

        yield return ("a version that there is not", package with { Version = Version.Parse("99") });
        yield return ("another index", package with { Index = package.Index == "team" ? "public" : "other" });
        yield return ("elsewhere", package with { Marker = Marker.Parse("sys_platform == 'win32'") });
        yield return ("another extra", package with { Extras = package.Extras.Add(ExtraName.Parse("zz")) });
        yield return ("no extra", package with { Extras = package.Extras.IsEmpty ? [ExtraName.Parse("a")] : [] });
        yield return (
            "another dependency",
            package with
            {
                Depends = [.. package.Depends.Add(PackageName.Parse("winonly"))],
            }
        );
        yield return (
            "fewer dependencies",
            package with
            {
                Depends = package.Depends.IsEmpty ? [PackageName.Parse("app")] : package.Depends.RemoveAt(0),
            }
        );
        foreach (var line in (string[])["Requires-Dist: winonly", "Requires-Dist: app>5", "Requires-Python: >=3.13"])
        {
            yield return ($"metadata with {line}", package with { Metadata = $"{line}\n{package.Metadata}" });
        }

        yield return ("metadata that cannot be read", package with { Metadata = "Requires-Dist: a b c\n\n" });
        if (package.Metadata.Contains("Requires-Dist", StringComparison.Ordinal))
            yield return ("metadata without requirements", package with { Metadata = "Metadata-Version: 2.3\n\n" });
        foreach (var (what, from, to) in FileChanges)
        {
            var text = Encoding.UTF8.GetString(package.Files.Span);
            var changed = text.Replace(from, to, StringComparison.Ordinal);
            if (changed != text)
                yield return ($"files with {what}", package with { Files = Encoding.UTF8.GetBytes(changed) });
        }

        yield return ("no files", package with { Files = "[]"u8.ToArray() });
    }

    private static readonly (string What, string From, string To)[] FileChanges =
    [
        ("the tags of another machine", "-py3-none-any.whl\"", "-py3-none-win32.whl\""),
        ("the tags of another Python", "-cp312-cp312-", "-cp311-cp311-"),
        ("the name of another project", "\"filename\":\"", "\"filename\":\"x"),
        ("another name in place", "\"filename\"", "\"filname\""),
        ("no digests", "\"hashes\":{\"sha256\"", "\"hashes\":{\"md4\""),
        ("digests that are none", "\"hashes\":{\"sha256\":\"", "\"hashes\":{\"sha256\":\"zz"),
        ("a yank", "\"url\":", "\"yanked\":true,\"url\":"),
        ("a later upload", "\"upload-time\":\"2024", "\"upload-time\":\"2026"),
        ("no upload time", "\"upload-time\"", "\"upload-tme\""),
        ("a newer Python", "\"size\":", "\"requires-python\":\">=3.13\",\"size\":"),
    ];

    private static ResolutionAnswer With(ResolutionAnswer answer, ImmutableArray<AnswerPackage> packages) =>
        answer with
        {
            Packages = [.. packages.OrderBy(package => package.Name).ThenBy(package => package.Version)],
        };
}
