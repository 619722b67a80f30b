using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Lockfiles;

/// <summary>Reads the tables of a pylock.toml, and collects what is wrong with them.</summary>
internal sealed class PylockReader
{
    private readonly TableReader read;

    private PylockReader(TomlDocument document) => read = new TableReader(document, "invalid-pylock");

    public static Pylock? Read(TomlDocument document, out ImmutableArray<Diagnostic> errors)
    {
        var reader = new PylockReader(document);
        var pylock = reader.ReadRoot(document.Root);
        errors = reader.read.Errors;
        return errors.IsEmpty ? pylock : null;
    }

    private Pylock ReadRoot(TomlTable root)
    {
        var lockVersion = ReadVersion(root, "lock-version", isRequired: true) ?? Version.FromRelease(1, 0);
        if (lockVersion < Version.FromRelease(1) || lockVersion >= Version.FromRelease(2))
            read.Fail(root["lock-version"]!, $"the lock version `{lockVersion}` is not supported; only version 1 is"); // it has a text
        var isNewer = lockVersion > Version.FromRelease(1, 0);
        var environments = read.Strings(root, "environments");
        foreach (var marker in environments ?? [])
            ReadMarker(root["environments"]!, marker); // it is there
        var extras = read.Strings(root, "extras") ?? [];
        foreach (var extra in extras.Where(extra => !NameNormalization.IsNormalized(extra)))
            read.Fail(root["extras"]!, $"the extra `{PythonText.Printable(extra)}` is not a normalized name"); // it is there
        return new Pylock
        {
            LockVersion = lockVersion,
            Environments = environments,
            Extras = extras,
            DependencyGroups = read.Strings(root, "dependency-groups") ?? [],
            DefaultGroups = read.Strings(root, "default-groups") ?? [],
            CreatedBy = read.RequiredText(root, "created-by"),
            RequiresPython = ReadPython(root),
            Packages = [.. (read.Tables(root, "packages", isRequired: true) ?? []).Select(ReadPackage)],
            Tool = read.Table(root, "tool"),
            Warning = isNewer
                ? new Diagnostic("newer-pylock", $"the lock version `{lockVersion}` is newer than `1.0`")
                : null,
        };
    }

    private PylockPackage ReadPackage(TomlTable table)
    {
        var name = read.RequiredText(table, "name");
        if (name.Length > 0 && !NameNormalization.IsNormalized(name))
            read.Fail(table["name"]!, $"the name `{PythonText.Printable(name)}` is not normalized"); // it has a text
        var marker = read.Text(table, "marker");
        var wheels = read.Tables(table, "wheels");
        var package = new PylockPackage
        {
            Name = name,
            Version = ReadVersion(table, "version", isRequired: false),
            Marker = marker,
            MarkerExpression = marker is null ? null : ReadMarker(table["marker"]!, marker), // it has a text
            RequiresPython = ReadPython(table),
            Dependencies = read.Tables(table, "dependencies") ?? [],
            Vcs = read.Table(table, "vcs") is { } vcs ? ReadRepository(vcs) : null,
            Directory = read.Table(table, "directory") is { } folder ? ReadFolder(folder) : null,
            Archive = read.Table(table, "archive") is { } archive ? ReadFile(archive) : null,
            Index = read.Text(table, "index"),
            Sdist = read.Table(table, "sdist") is { } sdist ? ReadFile(sdist) : null,
            Wheels = wheels is { } items ? [.. items.Select(ReadFile)] : null,
            AttestationIdentities = read.Tables(table, "attestation-identities") ?? [],
            Tool = read.Table(table, "tool"),
        };
        foreach (var identity in package.AttestationIdentities)
            read.RequiredText(identity, "kind");
        CheckSources(table, package);
        CheckFileNames(table, package);
        return package;
    }

    private void CheckSources(TomlTable table, PylockPackage package)
    {
        var direct =
            (package.Vcs is null ? 0 : 1) + (package.Directory is null ? 0 : 1) + (package.Archive is null ? 0 : 1);
        if (!package.IsDirect && direct > 0)
        {
            read.Fail(
                table,
                $"`{PythonText.Printable(package.Name)}` has files of an index and another source at once"
            );
        }

        if (package.IsDirect && direct != 1)
        {
            read.Fail(
                table,
                $"`{PythonText.Printable(package.Name)}` needs files of an index, or one of `vcs`, `directory` and `archive`"
            );
        }
    }

    private void CheckFileNames(TomlTable table, PylockPackage package)
    {
        foreach (var file in package.Wheels ?? [])
        {
            if (WheelFileName.TryParse(file.FileName, out var wheel, out _))
            {
                CheckBelongs(table, package, file, wheel.Name, wheel.Version);
            }
            else
            {
                read.Fail(
                    table,
                    $"`{PythonText.Printable(file.FileName)}` of `{PythonText.Printable(package.Name)}` is not a wheel's file name"
                );
            }
        }

        if (package.Sdist is not { } source)
            return;
        if (SdistFileName.TryParse(source.FileName, out var sdist, out _) && sdist.HasStandardExtension)
        {
            CheckBelongs(table, package, source, sdist.Name, sdist.Version);
        }
        else
        {
            read.Fail(
                table,
                $"`{PythonText.Printable(source.FileName)}` of `{PythonText.Printable(package.Name)}` is not a source distribution's file name"
            );
        }
    }

    private void CheckBelongs(
        TomlTable table,
        PylockPackage package,
        PylockFile file,
        PackageName name,
        Version version
    )
    {
        if (
            !string.Equals(name.Value, package.Name, StringComparison.Ordinal)
            || (package.Version is { } expected && expected != version)
        )
        {
            read.Fail(
                table,
                $"`{PythonText.Printable(file.FileName)}` is not a file of `{PythonText.Printable(package.Name)}` {package.Version}"
            );
        }
    }

    private PylockRepository ReadRepository(TomlTable table)
    {
        var repository = new PylockRepository(read.RequiredText(table, "type"), read.RequiredText(table, "commit-id"))
        {
            Url = read.Text(table, "url"),
            Path = read.Text(table, "path"),
            RequestedRevision = read.Text(table, "requested-revision"),
            Subdirectory = read.Text(table, "subdirectory"),
        };
        CheckPlace(table, repository.Url, repository.Path);
        return repository;
    }

    private PylockFolder ReadFolder(TomlTable table) =>
        new(read.RequiredText(table, "path"))
        {
            IsEditable = read.Boolean(table, "editable"),
            Subdirectory = read.Text(table, "subdirectory"),
        };

    private PylockFile ReadFile(TomlTable table)
    {
        var file = new PylockFile
        {
            Name = read.Text(table, "name"),
            Url = read.Text(table, "url"),
            Path = read.Text(table, "path"),
            Size = read.WholeNumber(table, "size"),
            UploadTime = read.DateTime(table, "upload-time"),
            Hashes = ReadHashes(table),
            Subdirectory = read.Text(table, "subdirectory"),
        };
        CheckPlace(table, file.Url, file.Path);
        return file;
    }

    private ImmutableArray<KeyValuePair<string, string>> ReadHashes(TomlTable table)
    {
        if (this.read.Table(table, "hashes", isRequired: true) is not { } hashes)
            return [];
        if (hashes.Count == 0)
            this.read.Fail(hashes, "a file needs at least one hash");
        var digests = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(hashes.Count);
        foreach (var entry in hashes.Entries)
        {
            if (entry.Value is TomlString digest)
                digests.Add(new(entry.Key, digest.Value));
            else
                this.read.Fail(entry.Value, $"a hash is {entry.Value.KindInWords}, not a string");
        }

        return digests.DrainToImmutable();
    }

    private void CheckPlace(TomlTable table, string? url, string? path)
    {
        if (string.IsNullOrEmpty(url) && string.IsNullOrEmpty(path))
            read.Fail(table, "`url` or `path` is missing");
    }

    private Version? ReadVersion(TomlTable table, string key, bool isRequired)
    {
        if (
            (isRequired ? read.RequiredText(table, key) : read.Text(table, key)) is not { } text
            || !table.ContainsKey(key)
        )
        {
            return null;
        }

        if (!Version.TryParse(text, out var version, out var error))
            read.Fail(table[key]!, $"`{key}` is not a version", error); // it has a text
        return version;
    }

    private SpecifierSet? ReadPython(TomlTable table)
    {
        if (read.Text(table, "requires-python") is not { } text)
            return null;
        if (!SpecifierSet.TryParse(text, out var specifiers, out var error))
            read.Fail(table["requires-python"]!, "`requires-python` is not a version specifier", error); // it has a text
        return specifiers;
    }

    private MarkerExpression? ReadMarker(TomlValue value, string text)
    {
        if (!MarkerExpression.TryParse(text, out var expression, out var error))
            read.Fail(value, $"`{PythonText.Printable(text)}` is not a marker", error);
        return expression;
    }
}
