using Krait.Packaging.Text;

namespace Krait.Cli.Rendering;

/// <summary>What the command line calls the things that the libraries recommend: the one place that knows.</summary>
internal static class ControlNames
{
    /// <summary>A sentence, in the words of the command line.</summary>
    public static string Of(Remedy remedy) => remedy.Say(NameOf) ?? ""; // every control has a name here

    /// <summary>The message of an error or warning, with the option that is the reason for it.</summary>
    public static string MessageOf(Diagnostic diagnostic) =>
        diagnostic.Because is { } control
            ? $"{diagnostic.Message}, and {NameOf(new ControlUse(control, null))} is set"
            : diagnostic.Message;

    /// <summary>What a control is called, with its value.</summary>
    public static string NameOf(ControlUse use) =>
        (use.Kind, use.Argument) switch
        {
            (ControlKind.ResponseTimeout, _) => "`--timeout SECONDS` (or `KRAIT_HTTP_TIMEOUT`)",
            (ControlKind.CertificateFile, _) => "`--cert` or `SSL_CERT_FILE`",
            (ControlKind.Reinstall, var name) => $"`krait pip install --reinstall-package {name} {name}`",
            (ControlKind.UpgradePackage, var name) => $"`krait pip install --upgrade-package {name} {name}`",
            (ControlKind.BumpBoth, { } parts) =>
                $"`{string.Join(' ', parts.Split(' ').Select(part => "--bump " + part))}`",
            (ControlKind.ConcurrentBuilds, { } count) => $"`{NameOf(use.Kind)}={count}`",
            (_, { } argument) => $"`{NameOf(use.Kind)} {argument}`",
            _ => $"`{NameOf(use.Kind)}`",
        };

    private static string NameOf(ControlKind control) =>
        control switch
        {
            ControlKind.Offline => "--offline",
            ControlKind.Refresh => "--refresh",
            ControlKind.NoProxyVariables => "--no-proxy-env",
            ControlKind.KeyringProvider => "--keyring-provider",
            ControlKind.TrustedHost => "--trusted-host",
            ControlKind.FindLinks => "--find-links",
            ControlKind.CacheDirectory => "--cache-dir",
            ControlKind.CacheDirectoryVariable => "KRAIT_CACHE_DIR",
            ControlKind.CachePrune => "krait cache prune",
            ControlKind.LockTimeout => "KRAIT_LOCK_TIMEOUT",
            ControlKind.GenerateHashes => "--generate-hashes",
            ControlKind.CompileWithHashes => "krait pip compile --generate-hashes",
            ControlKind.OutputFormat => "--format",
            ControlKind.Extra => "--extra",
            ControlKind.Group => "--group",
            ControlKind.RequirementsFromScript => "--requirements-from-script",
            ControlKind.NoSourcesPackage => "--no-sources-package",
            ControlKind.NoBuild => "--no-build",
            ControlKind.OnlyBinary => "--only-binary",
            ControlKind.NoBinary => "--no-binary",
            ControlKind.NoBuildIsolation => "--no-build-isolation",
            ControlKind.NoBuildIsolationPackage => "--no-build-isolation-package",
            ControlKind.BuildConstraints => "--build-constraints",
            ControlKind.ConcurrentBuilds => "KRAIT_CONCURRENT_BUILDS",
            ControlKind.Editable => "--editable",
            ControlKind.ExistsAction => "--exists-action",
            ControlKind.LinkMode => "--link-mode",
            ControlKind.Python => "--python",
            ControlKind.PythonVersion => "--python-version",
            ControlKind.PythonPlatform => "--python-platform",
            ControlKind.System => "--system",
            ControlKind.Active => "--active",
            ControlKind.Clear => "--clear",
            ControlKind.ClearForce => "--clear --force",
            ControlKind.AllowExisting => "--allow-existing",
            ControlKind.EnvironmentFile => "--env-file",
            ControlKind.BumpBoth => "--bump",
            ControlKind.CreateEnvironment => "krait venv",
            ControlKind.CreateEnvironmentFor => "krait venv --python",
            ControlKind.Upgrade => "krait pip install --upgrade",
            ControlKind.Uninstall => "krait pip uninstall",
            ControlKind.Synchronize => "krait pip sync",
            ControlKind.Initialize => "krait init",
            ControlKind.Add => "krait add",
            ControlKind.AddEditable => "krait add --editable",
            ControlKind.Lock => "krait lock",
            ControlKind.LockScript => "krait lock --script",
            ControlKind.Run => "krait run",
            ControlKind.SetVersion => "krait version",
            ControlKind.Import => "krait import",
            ControlKind.LockPipenv => "krait pipenv lock",
            ControlKind.PackBundle => "krait bundle pack",
            ControlKind.RepairStore => "krait-server fsck --repair --dir",
            ControlKind.RepairEnvironment => "krait doctor --repair",
            _ => throw new ArgumentOutOfRangeException(nameof(control), control, message: null),
        };
}
