using Krait.Cli.Commands.Health;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Installed;
using Krait.Health.Pages;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip tree`: who requires whom among what is installed.</summary>
internal static class PipTreeCommand
{
    private static readonly Option ShowSpecifiers = new(
        "show-version-specifiers",
        OptionKind.Flag,
        "Show the version specifiers of requirements"
    );
    private static readonly Option ShowSizes = new(
        "show-sizes",
        OptionKind.Flag,
        "Show the size of each package on disk"
    );

    public static Command Command { get; } =
        new("pip tree", "Show installed packages as a tree of dependencies")
        {
            Options = () =>
                [
                    ShowSpecifiers,
                    .. TreeOptions.All,
                    ShowSizes,
                    InspectionJson.Format,
                    HealthOptions.Html,
                    PipOptions.Strict,
                    .. NewerReleases.Options,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var pruned = arguments.Values(TreeOptions.Prune).Select(NameLists.ParseName).ToHashSet();
        var depth = TreeOptions.DepthOf(arguments);
        var (environment, packages) = await Inspection.ListAsync(context, arguments, cancellationToken);
        packages = [.. packages.Where(package => !pruned.Contains(package.Name))];
        var roots = arguments.Values(TreeOptions.Package).Select(NameLists.ParseName).ToList();
        var first = roots.Count > 0 ? Choose(packages, roots) : Roots(packages, arguments.IsOn(TreeOptions.Invert));
        if (arguments.Value(HealthOptions.Html) is { } page)
        {
            var installed = InstalledDistributions.Read(environment).WithPartial();
            var graph = InstalledGraph.Read(installed, environment.Interpreter.Markers);
            HealthOutput.WriteFile(context, page, HealthPages.Of(graph, environment.Root));
        }

        if (InspectionJson.IsWanted(arguments))
        {
            InspectionJson.WriteTree(context.Terminal, first, packages);
            return ExitCodes.Done;
        }

        var printer = new Printer(context, pruned, depth)
        {
            IsInverted = arguments.IsOn(TreeOptions.Invert),
            ShowsSpecifiers = arguments.IsOn(ShowSpecifiers),
            RepeatsPackages = arguments.IsOn(TreeOptions.NoDedupe),
            ShowsSizes = arguments.IsOn(ShowSizes),
            Newer = arguments.IsOn(TreeOptions.Outdated)
                ? await NewerReleases.FindAsync(context, arguments, environment, packages, cancellationToken)
                : null,
        };
        printer.Print(first);
        return 0;
    }

    private static List<InstalledPackage> Choose(List<InstalledPackage> packages, List<PackageName> names) =>
        [
            .. names.Select(name =>
                packages.Find(package => package.Name == name)
                ?? throw new KraitException(new Diagnostic("not-installed", $"`{name}` is not installed"))
            ),
        ];

    /// <summary>What nothing else requires; where everything is in a cycle, its first package.</summary>
    private static List<InstalledPackage> Roots(List<InstalledPackage> packages, bool isInverted)
    {
        var roots = packages
            .Where(p => isInverted ? p.Requirements.All(r => r.Target is null) : p.RequiredBy.All(other => other == p))
            .ToList();
        return roots.Count > 0 ? roots : [.. packages.Take(1)];
    }

    private sealed class Printer(KraitContext context, HashSet<PackageName> pruned, int depth)
    {
        private readonly HashSet<InstalledPackage> shown = [];
        private bool hasRepeated;

        public bool IsInverted { get; init; }

        public bool ShowsSpecifiers { get; init; }

        public bool RepeatsPackages { get; init; }

        public bool ShowsSizes { get; init; }

        public IReadOnlyDictionary<InstalledPackage, NewerRelease>? Newer { get; init; }

        /// <summary>Prints the trees; iterative, so that depth costs memory only.</summary>
        public void Print(List<InstalledPackage> roots)
        {
            var open = new Stack<Line>();
            for (var i = roots.Count - 1; i >= 0; i--)
                open.Push(new Line(roots[i], null, "", "", 0, []));
            while (open.TryPop(out var line))
            {
                var isRepeated = line.Path.Contains(line.Package) || (!shown.Add(line.Package) && !RepeatsPackages);
                var children = line.Depth < depth ? Children(line.Package) : [];
                hasRepeated |= isRepeated && children.Count > 0;
                context.Terminal.WriteResult(
                    $"{line.Indent}{line.Branch}{Label(line)}{(isRepeated && children.Count > 0 ? " (*)" : "")}"
                );
                if (!isRepeated)
                    PushChildren(open, line, children);
            }

            if (hasRepeated)
                context.Terminal.WriteResult("(*) Package tree already displayed");
        }

        private static void PushChildren(
            Stack<Line> open,
            Line line,
            List<(InstalledPackage Package, Requirement Requirement)> children
        )
        {
            var indent =
                line.Indent
                + (
                    line.Branch.Length == 0 ? ""
                    : line.Branch[0] == '└' ? "    "
                    : "│   "
                );
            for (var i = children.Count - 1; i >= 0; i--)
            {
                var branch = i == children.Count - 1 ? "└── " : "├── ";
                open.Push(
                    new Line(
                        children[i].Package,
                        children[i].Requirement,
                        indent,
                        branch,
                        line.Depth + 1,
                        line.Path.Add(line.Package)
                    )
                );
            }
        }

        private List<(InstalledPackage Package, Requirement Requirement)> Children(InstalledPackage package)
        {
            var edges = IsInverted
                ? package.RequiredBy.Select(other =>
                    (other, other.Requirements.First(r => r.Target == package).Requirement)
                )
                : package.Requirements.Where(r => r.Target is not null).Select(r => (r.Target!, r.Requirement)); // checked before
            return
            [
                .. edges.Where(e => !pruned.Contains(e.Item1.Name)).DistinctBy(e => e.Item1).OrderBy(e => e.Item1.Name),
            ];
        }

        private string Label(Line line)
        {
            var label = $"{line.Package.Name} v{line.Package.VersionText}";
            var rest = NewerVersion(line.Package) + Size(line.Package);
            if (!ShowsSpecifiers || line.Requirement is null)
                return label + rest;
            var demand = line.Requirement.Specifiers is { Clauses.IsEmpty: false } specifiers
                ? specifiers.ToString()
                : "*";
            return IsInverted
                ? $"{label} [requires: {line.Requirement.Name} {demand}]{rest}"
                : $"{label} [required: {demand}]{rest}";
        }

        private string NewerVersion(InstalledPackage package) =>
            Newer?.TryGetValue(package, out var newer) is true ? $" (latest: v{newer.Version})" : "";

        /// <summary>What the files of a package take, as its RECORD says.</summary>
        private string Size(InstalledPackage package)
        {
            if (!ShowsSizes || !RecordFile.TryParse(package.Distribution.ReadRecord(), out var entries, out _, out _))
                return "";
            return $" ({CacheCommands.Readable(entries.Sum(entry => entry.Size ?? 0))})";
        }

        private sealed record Line(
            InstalledPackage Package,
            Requirement? Requirement,
            string Indent,
            string Branch,
            int Depth,
            System.Collections.Immutable.ImmutableHashSet<InstalledPackage> Path
        );
    }
}
