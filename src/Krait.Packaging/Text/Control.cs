namespace Krait.Packaging.Text;

/// <summary>
/// Something that a person can set or run, within a <see cref="Remedy"/>, with what is to be given to it. It lives on the stack only, so that
/// the compiler refuses it in a plain string, which no front end could put into its own words.
/// </summary>
public readonly ref struct Control
{
    private Control(ControlKind kind, string? argument = null) => Use = new ControlUse(kind, argument);

    /// <summary>The same as a value to keep.</summary>
    public ControlUse Use { get; }

    /// <inheritdoc/>
    public override string ToString() => Use.ToString();

    /// <summary>The control with a value or arguments.</summary>
    public Control With(string argument) => new(Use.Kind, argument);

    /// <inheritdoc cref="ControlKind.Offline"/>
    public static Control Offline => new(ControlKind.Offline);

    /// <inheritdoc cref="ControlKind.Refresh"/>
    public static Control Refresh => new(ControlKind.Refresh);

    /// <inheritdoc cref="ControlKind.NoProxyVariables"/>
    public static Control NoProxyVariables => new(ControlKind.NoProxyVariables);

    /// <inheritdoc cref="ControlKind.ResponseTimeout"/>
    public static Control ResponseTimeout => new(ControlKind.ResponseTimeout);

    /// <inheritdoc cref="ControlKind.CertificateFile"/>
    public static Control CertificateFile => new(ControlKind.CertificateFile);

    /// <inheritdoc cref="ControlKind.KeyringProvider"/>
    public static Control KeyringProvider => new(ControlKind.KeyringProvider);

    /// <inheritdoc cref="ControlKind.TrustedHost"/>
    public static Control TrustedHost => new(ControlKind.TrustedHost);

    /// <inheritdoc cref="ControlKind.FindLinks"/>
    public static Control FindLinks => new(ControlKind.FindLinks);

    /// <inheritdoc cref="ControlKind.CacheDirectory"/>
    public static Control CacheDirectory => new(ControlKind.CacheDirectory);

    /// <inheritdoc cref="ControlKind.CacheDirectoryVariable"/>
    public static Control CacheDirectoryVariable => new(ControlKind.CacheDirectoryVariable);

    /// <inheritdoc cref="ControlKind.CachePrune"/>
    public static Control CachePrune => new(ControlKind.CachePrune);

    /// <inheritdoc cref="ControlKind.LockTimeout"/>
    public static Control LockTimeout => new(ControlKind.LockTimeout);

    /// <inheritdoc cref="ControlKind.GenerateHashes"/>
    public static Control GenerateHashes => new(ControlKind.GenerateHashes);

    /// <inheritdoc cref="ControlKind.CompileWithHashes"/>
    public static Control CompileWithHashes => new(ControlKind.CompileWithHashes);

    /// <inheritdoc cref="ControlKind.OutputFormat"/>
    public static Control OutputFormat => new(ControlKind.OutputFormat);

    /// <inheritdoc cref="ControlKind.Extra"/>
    public static Control Extra => new(ControlKind.Extra);

    /// <inheritdoc cref="ControlKind.Group"/>
    public static Control Group => new(ControlKind.Group);

    /// <inheritdoc cref="ControlKind.RequirementsFromScript"/>
    public static Control RequirementsFromScript => new(ControlKind.RequirementsFromScript);

    /// <inheritdoc cref="ControlKind.NoSourcesPackage"/>
    public static Control NoSourcesPackage => new(ControlKind.NoSourcesPackage);

    /// <inheritdoc cref="ControlKind.NoBuild"/>
    public static Control NoBuild => new(ControlKind.NoBuild);

    /// <inheritdoc cref="ControlKind.OnlyBinary"/>
    public static Control OnlyBinary => new(ControlKind.OnlyBinary);

    /// <inheritdoc cref="ControlKind.NoBuildIsolation"/>
    public static Control NoBuildIsolation => new(ControlKind.NoBuildIsolation);

    /// <inheritdoc cref="ControlKind.NoBuildIsolationPackage"/>
    public static Control NoBuildIsolationPackage => new(ControlKind.NoBuildIsolationPackage);

    /// <inheritdoc cref="ControlKind.BuildConstraints"/>
    public static Control BuildConstraints => new(ControlKind.BuildConstraints);

    /// <inheritdoc cref="ControlKind.ConcurrentBuilds"/>
    public static Control ConcurrentBuilds => new(ControlKind.ConcurrentBuilds);

    /// <inheritdoc cref="ControlKind.Editable"/>
    public static Control Editable => new(ControlKind.Editable);

    /// <inheritdoc cref="ControlKind.ExistsAction"/>
    public static Control ExistsAction => new(ControlKind.ExistsAction);

    /// <inheritdoc cref="ControlKind.LinkMode"/>
    public static Control LinkMode => new(ControlKind.LinkMode);

    /// <inheritdoc cref="ControlKind.Python"/>
    public static Control Python => new(ControlKind.Python);

    /// <inheritdoc cref="ControlKind.PythonVersion"/>
    public static Control PythonVersion => new(ControlKind.PythonVersion);

    /// <inheritdoc cref="ControlKind.PythonPlatform"/>
    public static Control PythonPlatform => new(ControlKind.PythonPlatform);

    /// <inheritdoc cref="ControlKind.System"/>
    public static Control System => new(ControlKind.System);

    /// <inheritdoc cref="ControlKind.Active"/>
    public static Control Active => new(ControlKind.Active);

    /// <inheritdoc cref="ControlKind.Clear"/>
    public static Control Clear => new(ControlKind.Clear);

    /// <inheritdoc cref="ControlKind.ClearForce"/>
    public static Control ClearForce => new(ControlKind.ClearForce);

    /// <inheritdoc cref="ControlKind.AllowExisting"/>
    public static Control AllowExisting => new(ControlKind.AllowExisting);

    /// <inheritdoc cref="ControlKind.EnvironmentFile"/>
    public static Control EnvironmentFile => new(ControlKind.EnvironmentFile);

    /// <inheritdoc cref="ControlKind.BumpBoth"/>
    public static Control BumpBoth => new(ControlKind.BumpBoth);

    /// <inheritdoc cref="ControlKind.CreateEnvironment"/>
    public static Control CreateEnvironment => new(ControlKind.CreateEnvironment);

    /// <inheritdoc cref="ControlKind.CreateEnvironmentFor"/>
    public static Control CreateEnvironmentFor => new(ControlKind.CreateEnvironmentFor);

    /// <inheritdoc cref="ControlKind.Reinstall"/>
    public static Control Reinstall => new(ControlKind.Reinstall);

    /// <inheritdoc cref="ControlKind.Upgrade"/>
    public static Control Upgrade => new(ControlKind.Upgrade);

    /// <inheritdoc cref="ControlKind.UpgradePackage"/>
    public static Control UpgradePackage => new(ControlKind.UpgradePackage);

    /// <inheritdoc cref="ControlKind.Uninstall"/>
    public static Control Uninstall => new(ControlKind.Uninstall);

    /// <inheritdoc cref="ControlKind.Synchronize"/>
    public static Control Synchronize => new(ControlKind.Synchronize);

    /// <inheritdoc cref="ControlKind.Initialize"/>
    public static Control Initialize => new(ControlKind.Initialize);

    /// <inheritdoc cref="ControlKind.Add"/>
    public static Control Add => new(ControlKind.Add);

    /// <inheritdoc cref="ControlKind.AddEditable"/>
    public static Control AddEditable => new(ControlKind.AddEditable);

    /// <inheritdoc cref="ControlKind.Lock"/>
    public static Control Lock => new(ControlKind.Lock);

    /// <inheritdoc cref="ControlKind.LockScript"/>
    public static Control LockScript => new(ControlKind.LockScript);

    /// <inheritdoc cref="ControlKind.Run"/>
    public static Control Run => new(ControlKind.Run);

    /// <inheritdoc cref="ControlKind.SetVersion"/>
    public static Control SetVersion => new(ControlKind.SetVersion);

    /// <inheritdoc cref="ControlKind.Import"/>
    public static Control Import => new(ControlKind.Import);

    /// <inheritdoc cref="ControlKind.LockPipenv"/>
    public static Control LockPipenv => new(ControlKind.LockPipenv);

    /// <inheritdoc cref="ControlKind.PackBundle"/>
    public static Control PackBundle => new(ControlKind.PackBundle);

    /// <inheritdoc cref="ControlKind.RepairStore"/>
    public static Control RepairStore => new(ControlKind.RepairStore);

    /// <inheritdoc cref="ControlKind.RepairEnvironment"/>
    public static Control RepairEnvironment => new(ControlKind.RepairEnvironment);
}

/// <summary>A control, and what is to be given to it.</summary>
/// <param name="Kind">The control.</param>
/// <param name="Argument">The value, or the arguments; null for none.</param>
public readonly record struct ControlUse(ControlKind Kind, string? Argument)
{
    /// <inheritdoc/>
    public override string ToString() => Argument is null ? $"`{Kind}`" : $"`{Kind} {Argument}`";
}
